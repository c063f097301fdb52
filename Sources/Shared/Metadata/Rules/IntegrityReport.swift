import Attestations
import Wire

/// What the rules of a profile said of one model's papers, in the shape of upstream's report.
package struct IntegrityReport: Sendable, Equatable {
  package struct Result: Sendable, Equatable {
    private static let longestName = 200
    private static let longestMessage = 500

    /// The rule as the profile names it.
    package let policyName: String
    package let passed: Bool
    package let message: String

    init(_ policyName: String, _ finding: Finding) {
      self.policyName = policyName.clipped(Self.longestName)
      passed = finding.passed
      message = finding.message.clipped(Self.longestMessage)
    }

    /// Passed unless there is a problem.
    package init(_ policyName: String, problem: String?) { self.init(policyName, Finding(problem: problem)) }

    package var json: JSONValue {
      ["policy_name": .string(policyName), "passed": .bool(passed), "message": .string(message)]
    }
  }

  /// The model whose provenance was judged.
  package let provenanceID: String
  /// One a rule, in the profile's order.
  package let results: [Result]
  /// The same of rules that the profile only wants to hear about.
  package let reportOnly: [Result]

  package var failures: [Result] { results.filter { !$0.passed } }
  package var passed: Bool { failures.isEmpty }

  /// Upstream's four members; `report_only` besides where the profile asks for it.
  package var fields: JSONObject {
    var object: JSONObject = [
      "provenance_id": .string(provenanceID), "passed": .bool(passed), "results": .array(results.map(\.json)),
      "failures": .array(failures.map(\.json)),
    ]
    if !reportOnly.isEmpty { object.append("report_only", .array(reportOnly.map(\.json))) }
    return object
  }
}

extension IntegrityReport {
  /// What a profile of the trust root says of a verified output: the one way in which governance decides and `planectl` previews.
  ///
  /// - Parameter approved: the newest active approval of this model and the metrics of its own verified output.
  /// - Returns: nil when the policy has no such profile, which is for the rules of approvals to refuse.
  package init?(
    on output: VerifiedTrainingOutput, profile: ProfileName, root: VerifiedTrustRoot, approved: ApprovedVersion
  ) {
    guard let rules = root.policy.profiles[profile] else { return nil }
    let context = JudgingContext(approved: approved, root: root)
    self = IntegrityProfile(rules).report(on: ModelPapers(output.output.result), in: context)
  }
}

extension JudgingContext {
  /// Submitters and approvers answer for what they attest; planes and readers attest no provenance.
  package init(approved: ApprovedVersion, root: VerifiedTrustRoot) {
    self.init(approved: approved, attesters: root.keys(of: .submitter) + root.keys(of: .approver))
  }
}
