import Attestations
import Metadata
import Wire

/// What the rules of a profile say of a training output, evaluated here by the list in the caller's own trust root: an approver does
/// not take governance's word that they passed.
struct ProfileRules {
  let profile: ProfileName
  private let report: IntegrityReport

  /// A profile that the policy does not name has no rules here; that it is missing is among the violations of `ApprovalRules`.
  init(_ profile: ProfileName, of training: VerifiedTrainingOutput, root: VerifiedTrustRoot) {
    self.profile = profile
    let names = root.policy.profiles[profile] ?? []
    report = IntegrityRules.evaluate(names: names, result: training.output.result)
  }

  /// One for each rule that failed, in words.
  var failures: [String] {
    report.failures.map { "profile \(profile), \($0.policyName): \($0.message)" }
  }

  /// How many passed, then each rule; those that failed first.
  var lines: [String] {
    let results = report.failures + report.results.filter(\.passed)
    let count = results.count - report.failures.count
    return ["\(profile): \(count) of \(results.count) passed"]
      + results.map { $0.passed ? "passed: \($0.policyName)" : "FAILED: \($0.policyName): \($0.message)" }
  }
}
