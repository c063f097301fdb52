import Signing
import Wire

/// `model-approval`: what M of N people sign. Field names are those of the public `sm_governance` 0.2.0.
package struct ModelApproval: Predicate, Equatable {
  package static let name = "model-approval"
  package static let maximumScopeCount = 64
  package static let maximumRequiredApprovers = 15

  package let approvalID: ApprovalID
  package let modelID: ModelID
  package let weightsHash: Digest
  package let approvedBy: PrincipalID
  package let approvedAt: Timestamp
  /// Never absent here: an approval without an end is refused.
  package let expiresAt: Timestamp
  package let profile: ProfileName
  package let correlationID: CorrelationID?
  package let environments: [EnvironmentName]
  /// Nil: any scope or none.
  package let scopes: [ScopeName]?
  package let requiredApprovers: Int
  package let trainingOutputDigest: Digest
  package let trustRootVersion: Int

  package init(
    approvalID: ApprovalID, modelID: ModelID, weightsHash: Digest, approvedBy: PrincipalID, approvedAt: Timestamp,
    expiresAt: Timestamp, profile: ProfileName, correlationID: CorrelationID?, environments: [EnvironmentName],
    scopes: [ScopeName]?, requiredApprovers: Int, trainingOutputDigest: Digest, trustRootVersion: Int
  ) {
    self.approvalID = approvalID
    self.modelID = modelID
    self.weightsHash = weightsHash
    self.approvedBy = approvedBy
    self.approvedAt = approvedAt
    self.expiresAt = expiresAt
    self.profile = profile
    self.correlationID = correlationID
    self.environments = environments
    self.scopes = scopes
    self.requiredApprovers = requiredApprovers
    self.trainingOutputDigest = trainingOutputDigest
    self.trustRootVersion = trustRootVersion
  }

  package init(_ reader: inout ObjectReader, subject _: Subject) throws(FieldError) {
    approvalID = try reader.identifier("approval_id")
    modelID = try reader.identifier("model_id")
    weightsHash = try reader.digest("weights_hash")
    approvedBy = try reader.identifier("approved_by")
    approvedAt = try reader.time("approved_at")
    expiresAt = try reader.time("expires_at")
    profile = try reader.identifier("profile")
    correlationID = try reader.optionalIdentifier("correlation_id")
    environments = try reader.identifiers("approved_environments", maximum: 64)
    scopes = try reader.optionalIdentifiers("approved_scopes", maximum: Self.maximumScopeCount)
    requiredApprovers = try reader.int("required_approvers", in: 1...Self.maximumRequiredApprovers)
    trainingOutputDigest = try reader.digest("training_output_digest")
    trustRootVersion = try reader.int("trust_root_version", in: 1...Int(Int32.max))
    guard !environments.isEmpty else {
      throw reader.failure("approved_environments", "must name at least one environment")
    }
    guard scopes?.isEmpty != true else {
      throw reader.failure("approved_scopes", "must be null or name at least one scope")
    }
    guard expiresAt > approvedAt else { throw reader.failure("expires_at", "is not after approved_at") }
  }

  package var subject: Subject { Subject(modelID: modelID, weightsHash: weightsHash) }

  package var fields: JSONObject {
    var object = NandaRecord(self).signedFields
    object.append("training_output_digest", .string(trainingOutputDigest.description))
    object.append("trust_root_version", .init(trustRootVersion))
    return object
  }
}
