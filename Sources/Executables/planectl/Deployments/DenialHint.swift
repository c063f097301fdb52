import Attestations
import Wire

/// What somebody who was denied can do next: one thing, the first that stands in the way.
struct DenialHint {
  let report: GateReport
  /// Nil when no approval could be judged.
  let approvalDigest: String?
  let environment: EnvironmentName?
  let approvalID: ApprovalID?
  let policy: Policy

  init(_ decision: JSONObject, environment: EnvironmentName?, approvalID: ApprovalID?, policy: Policy) {
    report = GateReport(decision)
    approvalDigest = decision["approval_digest"]?.string
    self.environment = environment
    self.approvalID = approvalID
    self.policy = policy
  }

  var text: String? {
    if environment.flatMap({ policy.environments[$0] }) == nil {
      let names = policy.environments.keys.sorted().map(\.text).joined(separator: ", ")
      return "name an environment of the policy with -e: \(names)"
    }
    let approval = report.failure(of: .approval)
    if approval != nil, approvalDigest == nil { return "planectl pending lists what waits for approvers" }
    if approval == nil, report.failure(of: .quorum) == nil, report.failure(of: .lease) != nil {
      return "start the governance plane, or see with planectl status why no lease of it comes"
    }
    guard approval != nil || report.failure(of: .quorum) != nil else { return nil }
    return "an approver signs with planectl approve \(named(in: approval) ?? "ID") --as NAME"
  }

  /// The approval that was asked for, else the one that the gate's reason begins with.
  private func named(in reason: String?) -> String? {
    if let approvalID { return approvalID.text }
    let first = reason?.split(separator: " ").first.map(String.init)
    return first.flatMap { $0.hasPrefix("approval:") ? ApprovalID($0)?.text : nil }
  }
}
