import Signing
import Wire

/// `model-revocation`: covers the weights digest; a named approval, of whatever weights, dies for ever.
package struct ModelRevocation: Predicate {
  package static let name = "model-revocation"
  package static let maximumReason = 2000
  /// Bytes of the whole statement: the longest reason, every character of it escaped, fits.
  package static let maximumPayload = 16 * 1024

  package let approvalID: ApprovalID?
  package let modelID: ModelID
  package let weightsHash: Digest
  package let revokedBy: PrincipalID
  package let reason: String
  package let revokedAt: Timestamp

  package init(
    approvalID: ApprovalID?, modelID: ModelID, weightsHash: Digest, revokedBy: PrincipalID, reason: String,
    revokedAt: Timestamp
  ) {
    self.approvalID = approvalID
    self.modelID = modelID
    self.weightsHash = weightsHash
    self.revokedBy = revokedBy
    self.reason = reason
    self.revokedAt = revokedAt
  }

  package init(_ reader: inout ObjectReader, subject _: Subject) throws(FieldError) {
    approvalID = try reader.optionalIdentifier("approval_id")
    modelID = try reader.identifier("model_id")
    weightsHash = try reader.digest("weights_hash")
    revokedBy = try reader.identifier("revoked_by")
    reason = try reader.string("reason", maximum: Self.maximumReason)
    guard !reason.isEmpty else { throw reader.failure("reason", "must not be empty") }
    revokedAt = try reader.time("revoked_at")
  }

  package var subject: Subject { Subject(modelID: modelID, weightsHash: weightsHash) }

  package var fields: JSONObject {
    [
      "approval_id": .init(approvalID?.text), "model_id": modelID.json,
      "weights_hash": .string(weightsHash.description), "revoked_by": revokedBy.json, "reason": .string(reason),
      "revoked_at": .string(revokedAt.attestationText),
    ]
  }
}
