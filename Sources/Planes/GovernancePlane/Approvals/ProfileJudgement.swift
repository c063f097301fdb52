import Attestations
import GRDB
import Metadata
import PlaneContract
import Signing
import Wire

/// What the rules of a profile say of an output that somebody proposes.
struct ProfileJudgement {
  /// Bytes; an entry has at most 64 KiB.
  private static let longestEvidence = 16 << 10

  let root: VerifiedTrustRoot
  let register: ApprovalRegister

  /// Nil for a profile that the policy does not have, which the rules of approvals refuse.
  func report(
    on output: VerifiedTrainingOutput, profile: ProfileName, now: Timestamp, in database: Database
  ) throws -> IntegrityReport? {
    guard let rules = root.policy.profiles[profile] else { return nil }
    let compares = IntegrityProfile(rules).comparesVersions
    let approved = compares ? try approvedVersion(output.output.modelID, now: now, in: database) : .unknown
    return IntegrityReport(on: output, profile: profile, root: root, approved: approved)
  }

  private func approvedVersion(
    _ model: ModelID, now: Timestamp, in database: Database
  ) throws -> ApprovedVersion {
    guard let held = try register.newestActive(ofModel: model, now: now, in: database) else { return .absent }
    return .present(name: held.id.text, metrics: held.output.output.result.metrics)
  }

  /// The failed rules, each with its reason, and what to do about them.
  static func problems(of report: IntegrityReport, profile: ProfileName) -> [String] {
    guard !report.passed else { return [] }
    let failures = report.failures.map { "profile \(profile), \($0.policyName): \($0.message)" }
    return failures + ["mend the papers or the model and submit again, or propose under another profile"]
  }

  /// The report for the evidence; one that is too long for an entry by its digest, since it follows from what is kept anyway.
  static func evidence(of report: IntegrityReport?) -> JSONValue {
    guard let report else { return .null }
    let text = report.fields.serialized()
    guard text.count > longestEvidence else { return .object(report.fields) }
    return [
      "provenance_id": .string(report.provenanceID), "passed": .bool(report.passed),
      "report_digest": .string(Digest(hashing: text).description),
    ]
  }
}
