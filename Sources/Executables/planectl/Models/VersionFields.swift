import Attestations
import PlaneContract
import Signing
import Wire

extension Fields {
  /// One version of a model. What runs is nil when the serving plane did not say.
  init(_ version: ModelVersion, running: [DeploymentSummary]?, now: Timestamp) {
    self.init()
    let result = version.result
    add("version", version.trainingOutputDigest.description)
    add(submitter: version.submittedBy, version.submitterPerson)
    add("created", version.createdAt.attestationText)
    add("correlation", result.correlationID.text)
    add("lineage", lines: result.lineage?.map(\.jsonText) ?? [])
    if let provenance = result.provenance { add(provenance, as: "provenance") }
    add(result.metrics, as: "metrics")
    add("approvals", lines: version.approvals.map { Self.line($0, now: now) } + Self.rest(of: version))
    if let running {
      let own = running.filter { $0.weightsHash == result.weightsHash }
      add("runs in", lines: own.isEmpty ? ["nowhere"] : own.map(Self.line))
    } else {
      add("runs in", "unknown")
    }
    add("weights", "\(result.weightsHash) (\(result.weightsKind.rawValue))")
  }

  private static func line(_ approval: ApprovalSummary, now: Timestamp) -> String {
    let environments = approval.environments.map(\.text).joined(separator: ", ")
    let signed = SignatureCount.text(approval.approvers, required: approval.requiredApprovers)
    let left = approval.status == .active ? approval.expiresAt.map { $0.seconds(since: now) } : nil
    let expiry = left.map { ", expires in \(TimeSpan.text(max($0, 0)))" } ?? ""
    return "\(approval.approvalID?.text ?? "")  \(approval.status.rawValue)  \(environments)  \(signed)\(expiry)"
  }

  private static func rest(of version: ModelVersion) -> [String] {
    let count = version.approvalCount - version.approvals.count
    return count > 0 ? ["and \(count) older ones: planectl approvals --model lists them"] : []
  }

  static func line(_ deployment: DeploymentSummary) -> String {
    let scope = deployment.scope.map { " for scope \($0)" } ?? ""
    let since = deployment.deployedAt.map { " since \($0.wholeSeconds)" } ?? ""
    return "\(deployment.environment)\(scope)\(since), by \(deployment.approvalID)"
  }
}
