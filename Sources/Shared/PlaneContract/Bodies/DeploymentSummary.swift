import Attestations
import Signing
import Wire

/// Where a deployment stands.
package enum DeploymentState: String, Sendable, CaseIterable {
  /// Asked for and not on record yet: nothing is served by it.
  case deploying
  /// What `current` points at.
  case deployed
  /// Another version took its place.
  case superseded
  /// Condemned; the endpoint has not let go yet.
  case undeploying
  case undeployed
}

/// One line of `deployment.list`.
package struct DeploymentSummary: Body {
  package let modelID: ModelID
  package let environment: EnvironmentName
  package let scope: ScopeName?
  package let approvalID: ApprovalID
  package let approvalDigest: Digest
  package let weightsHash: Digest
  package let deployedBy: PrincipalID
  /// Nil while it is being deployed.
  package let deployedAt: Timestamp?
  package let state: DeploymentState
  package let endedAt: Timestamp?
  package let message: String
  /// Of what is being deployed.
  package let progress: DeploymentProgress?

  package init(
    modelID: ModelID, environment: EnvironmentName, scope: ScopeName?, approvalID: ApprovalID, approvalDigest: Digest,
    weightsHash: Digest, deployedBy: PrincipalID, deployedAt: Timestamp?, state: DeploymentState, endedAt: Timestamp?,
    message: String, progress: DeploymentProgress? = nil
  ) {
    self.modelID = modelID
    self.environment = environment
    self.scope = scope
    self.approvalID = approvalID
    self.approvalDigest = approvalDigest
    self.weightsHash = weightsHash
    self.deployedBy = deployedBy
    self.deployedAt = deployedAt
    self.state = state
    self.endedAt = endedAt
    self.message = message
    self.progress = progress
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    modelID = try reader.identifier("model_id")
    environment = try reader.identifier("environment")
    scope = try reader.optionalIdentifier("scope")
    approvalID = try reader.identifier("approval_id")
    approvalDigest = try reader.digest("approval_digest")
    weightsHash = try reader.digest("weights_hash")
    deployedBy = try reader.identifier("deployed_by")
    deployedAt = try reader.optionalTime("deployed_at")
    guard let state = DeploymentState(rawValue: try reader.string("state")) else {
      throw reader.failure("state", "is no deployment state")
    }
    self.state = state
    endedAt = try reader.optionalTime("ended_at")
    message = try reader.string("message")
    progress = try Self.progress(&reader)
    guard (state == .deploying) == (deployedAt == nil) else {
      throw reader.failure("deployed_at", "expected null in the state deploying, and a time in every other")
    }
  }

  private static func progress(_ reader: inout ObjectReader) throws(FieldError) -> DeploymentProgress? {
    guard let value = reader.optional("progress") else { return nil }
    var progressReader = try ObjectReader(value, "progress")
    let progress = try DeploymentProgress(&progressReader)
    try progressReader.finish()
    return progress
  }

  package var fields: JSONObject {
    [
      "model_id": modelID.json, "environment": environment.json, "scope": .init(scope?.text),
      "approval_id": approvalID.json, "approval_digest": .string(approvalDigest.description),
      "weights_hash": .string(weightsHash.description), "deployed_by": deployedBy.json,
      "deployed_at": .init(deployedAt?.attestationText), "state": .string(state.rawValue),
      "ended_at": .init(endedAt?.attestationText), "message": .string(message),
      "progress": progress.map { .object($0.fields) } ?? .null,
    ]
  }
}

/// How far a deploy is.
package struct DeploymentProgress: Body, Equatable {
  package let startedAt: Timestamp
  /// Of the weights that are read at the moment. The last thing that is read is what is copied.
  package let bytesDone: Int
  /// Nil before the reading has begun.
  package let bytesTotal: Int?

  package init(startedAt: Timestamp, bytesDone: Int, bytesTotal: Int?) {
    self.startedAt = startedAt
    self.bytesDone = bytesDone
    self.bytesTotal = bytesTotal
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    startedAt = try reader.time("started_at")
    bytesDone = try reader.int("bytes_done", in: 0...Int.max)
    bytesTotal = try reader.optionalInt("bytes_total", in: 0...Int.max)
  }

  package var fields: JSONObject {
    [
      "started_at": .string(startedAt.attestationText), "bytes_done": .init(bytesDone),
      "bytes_total": bytesTotal.map { .init($0) } ?? .null,
    ]
  }
}
