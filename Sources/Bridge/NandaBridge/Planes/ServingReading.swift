import Attestations
import PlaneContract
import Signing
import Wire

/// What the bridge asks of the serving plane.
struct ServingReading: Sendable {
  let line: PlaneLine
  let reader: Reader

  func status() async throws -> PlaneStatus { try PlaneStatus(try await line.ask(.planeStatus, [:]).body) }

  /// What runs now.
  func deployments() async throws -> [DeploymentSummary] {
    try await line.all(.deploymentList) { after in
      DeploymentList(after: after, limit: DeploymentList.maximumLimit)
    }
  }

  /// Whether a model may run, as a signed statement.
  func decision(on question: GateQuestion) async throws -> RunDecision {
    let root = reader.trust.root
    let reply = try await line.ask(.modelAuthorize, ModelAuthorize(question: question, attest: true).fields)
    return try RunDecision(reply, answering: question, asked: reader.name(under: root), root: root)
  }
}
