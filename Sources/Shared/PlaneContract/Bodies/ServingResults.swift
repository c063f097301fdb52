import Attestations
import Signing
import Wire

/// The answer to `model.deploy`.
package struct DeployReceipt: Body {
  package let promotion: UnverifiedEnvelope

  package init(promotion: UnverifiedEnvelope) { self.promotion = promotion }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    promotion = try reader.envelope("promotion", maximumPayload: AttestationFormat.maximumPayload)
  }

  package var fields: JSONObject { ["promotion": promotion.json] }
}

/// The answer to `model.undeploy`.
package struct UndeployReceipt: Body {
  package let undeployment: UnverifiedEnvelope

  package init(undeployment: UnverifiedEnvelope) { self.undeployment = undeployment }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    undeployment = try reader.envelope("undeployment", maximumPayload: AttestationFormat.maximumPayload)
  }

  package var fields: JSONObject { ["undeployment": undeployment.json] }
}

/// The answer to `model.authorize`. Written, not read: a client finds its way in the tree of the body.
package struct AuthorizeResult: JSONWritable {
  package let decision: Decision
  /// The decision as a signed statement, when it was asked for.
  package let attestation: UnverifiedEnvelope?

  package init(decision: Decision, attestation: UnverifiedEnvelope?) {
    self.decision = decision
    self.attestation = attestation
  }

  package func write(to writer: inout JSONWriter) {
    writer.raw("{\"decision\":")
    decision.write(to: &writer)
    if let attestation {
      writer.raw(",\"attestation\":")
      attestation.write(to: &writer)
    }
    writer.raw("}")
  }
}

/// Where a deployment stands.
package enum DeploymentState: String, Sendable, CaseIterable {
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
  package let deployedAt: Timestamp
  package let state: DeploymentState
  package let endedAt: Timestamp?
  package let message: String

  package init(
    modelID: ModelID, environment: EnvironmentName, scope: ScopeName?, approvalID: ApprovalID, approvalDigest: Digest,
    weightsHash: Digest, deployedBy: PrincipalID, deployedAt: Timestamp, state: DeploymentState, endedAt: Timestamp?,
    message: String
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
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    modelID = try reader.identifier("model_id")
    environment = try reader.identifier("environment")
    scope = try reader.optionalIdentifier("scope")
    approvalID = try reader.identifier("approval_id")
    approvalDigest = try reader.digest("approval_digest")
    weightsHash = try reader.digest("weights_hash")
    deployedBy = try reader.identifier("deployed_by")
    deployedAt = try reader.time("deployed_at")
    guard let state = DeploymentState(rawValue: try reader.string("state")) else {
      throw reader.failure("state", "is no deployment state")
    }
    self.state = state
    endedAt = try reader.optionalTime("ended_at")
    message = try reader.string("message")
  }

  package var fields: JSONObject {
    [
      "model_id": modelID.json, "environment": environment.json, "scope": .init(scope?.text),
      "approval_id": approvalID.json, "approval_digest": .string(approvalDigest.description),
      "weights_hash": .string(weightsHash.description), "deployed_by": deployedBy.json,
      "deployed_at": .string(deployedAt.attestationText), "state": .string(state.rawValue),
      "ended_at": .init(endedAt?.attestationText), "message": .string(message),
    ]
  }
}

/// The answer to `plane.status`.
package struct PlaneStatus: Body {
  package let plane: PrincipalID
  package let version: String
  package let startedAt: Timestamp
  package let trustRootVersion: Int
  /// `ok`, or what needs somebody's attention.
  package let health: String
  package let counters: JSONObject

  package init(
    plane: PrincipalID, version: String, startedAt: Timestamp, trustRootVersion: Int, health: String,
    counters: JSONObject
  ) {
    self.plane = plane
    self.version = version
    self.startedAt = startedAt
    self.trustRootVersion = trustRootVersion
    self.health = health
    self.counters = counters
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    plane = try reader.identifier("plane")
    version = try reader.string("version", maximum: 64)
    startedAt = try reader.messageTime("started_at")
    trustRootVersion = try reader.int("trust_root_version", in: 1...Int(Int32.max))
    health = try reader.string("health")
    counters = try reader.object("counters")
  }

  package var fields: JSONObject {
    [
      "plane": plane.json, "version": .string(version), "started_at": .string(startedAt.messageText),
      "trust_root_version": .init(trustRootVersion), "health": .string(health), "counters": .object(counters),
    ]
  }
}
