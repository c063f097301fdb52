import Attestations
import Signing
import Wire

/// `model.list`: the models of the registry, by name, in pages.
package struct ModelList: Body {
  package static let maximumLimit = 500

  /// The `next` of the page before: its last model.
  package let after: ModelID?
  package let limit: Int

  package init(after: ModelID? = nil, limit: Int = 100) {
    self.after = after
    self.limit = limit
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    after = try reader.optionalIdentifier("after")
    limit = try reader.optionalInt("limit", in: 1...Self.maximumLimit) ?? 100
  }

  package var fields: JSONObject {
    var fields: JSONObject = ["limit": .init(limit)]
    fields.append("after", ifPresent: after?.json)
    return fields
  }
}

/// One line of `model.list`: a model, how many versions it has, and its newest.
package struct ModelSummary: Body, Equatable {
  package let modelID: ModelID
  package let versionCount: Int
  package let weightsHash: Digest
  package let trainingOutputDigest: Digest
  package let submittedBy: PrincipalID
  package let createdAt: Timestamp
  /// Of the newest version's newest approval; `submitted` when it has none.
  package let status: ApprovalStatus
  package let environments: [EnvironmentName]

  package init(
    modelID: ModelID, versionCount: Int, weightsHash: Digest, trainingOutputDigest: Digest, submittedBy: PrincipalID,
    createdAt: Timestamp, status: ApprovalStatus, environments: [EnvironmentName]
  ) {
    self.modelID = modelID
    self.versionCount = versionCount
    self.weightsHash = weightsHash
    self.trainingOutputDigest = trainingOutputDigest
    self.submittedBy = submittedBy
    self.createdAt = createdAt
    self.status = status
    self.environments = environments
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    modelID = try reader.identifier("model_id")
    versionCount = try reader.int("versions", in: 1...Int.max)
    weightsHash = try reader.digest("weights_hash")
    trainingOutputDigest = try reader.digest("training_output_digest")
    submittedBy = try reader.identifier("submitted_by")
    createdAt = try reader.time("created_at")
    status = try reader.approvalStatus("status")
    environments = try reader.identifiers("approved_environments", maximum: 64)
  }

  package var fields: JSONObject {
    [
      "model_id": modelID.json, "versions": .init(versionCount), "weights_hash": .string(weightsHash.description),
      "training_output_digest": .string(trainingOutputDigest.description), "submitted_by": submittedBy.json,
      "created_at": .string(createdAt.attestationText), "status": .string(status.rawValue),
      "approved_environments": .init(environments.map(\.text)),
    ]
  }
}
