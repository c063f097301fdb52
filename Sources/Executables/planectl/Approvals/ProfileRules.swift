import Attestations
import Metadata
import Wire

/// What the rules of a profile say of a training output, evaluated here by the list in the caller's own trust root: an approver does
/// not take governance's word that they passed.
struct ProfileRules {
  let profile: ProfileName
  /// Nil when the policy does not name the profile.
  private let report: IntegrityReport?

  /// A profile that the policy does not name has no rules here; that it is missing is among the violations of `ApprovalRules`.
  ///
  /// - Parameter previous: the version that is approved now; nil when there is none.
  init(
    _ profile: ProfileName, of training: VerifiedTrainingOutput, after previous: PreviousVersion?,
    root: VerifiedTrustRoot
  ) {
    self.profile = profile
    let approved: ApprovedVersion =
      previous.map {
        .present(name: $0.approval.approvalID.text, metrics: $0.training.output.result.metrics)
      } ?? .absent
    report = IntegrityReport(on: training, profile: profile, root: root, approved: approved)
  }

  /// One for each rule that failed, in words.
  var failures: [String] {
    (report?.failures ?? []).map { "profile \(profile), \($0.policyName): \($0.message)" }
  }

  /// How many passed, then each rule; those that failed first.
  var lines: [String] {
    guard let report else { return ["\(profile): the policy names no such profile"] }
    let results = report.failures + report.results.filter(\.passed)
    let count = results.count - report.failures.count
    return ["\(profile): \(count) of \(results.count) passed"]
      + results.map { $0.passed ? "passed: \($0.policyName)" : "FAILED: \($0.policyName): \($0.message)" }
  }
}
