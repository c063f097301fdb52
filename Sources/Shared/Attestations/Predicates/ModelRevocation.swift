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
  /// Of the drift check that it follows from, where governance revokes by itself.
  package let driftCheckDigest: Digest?

  /// Nobody's word but governance's: it revokes as this where the policy lets drift revoke.
  package var isAutomatic: Bool { revokedBy == .driftDetector }

  package init(
    approvalID: ApprovalID?, modelID: ModelID, weightsHash: Digest, revokedBy: PrincipalID, reason: String,
    revokedAt: Timestamp, driftCheckDigest: Digest? = nil
  ) {
    self.approvalID = approvalID
    self.modelID = modelID
    self.weightsHash = weightsHash
    self.revokedBy = revokedBy
    self.reason = reason
    self.revokedAt = revokedAt
    self.driftCheckDigest = driftCheckDigest
  }

  package init(_ reader: inout ObjectReader, subject _: Subject) throws(FieldError) {
    approvalID = try reader.optionalIdentifier("approval_id")
    modelID = try reader.identifier("model_id")
    weightsHash = try reader.digest("weights_hash")
    revokedBy = try reader.revoker("revoked_by")
    reason = try reader.string("reason", maximum: Self.maximumReason)
    guard !reason.isEmpty else { throw reader.failure("reason", "must not be empty") }
    revokedAt = try reader.time("revoked_at")
    driftCheckDigest = try reader.optionalDigest("drift_check_digest")
    guard (driftCheckDigest != nil) == (revokedBy == .driftDetector) else {
      throw reader.failure(
        "drift_check_digest", "stands in a revocation by \(PrincipalID.driftDetector), and in no other")
    }
  }

  package var subject: Subject { Subject(modelID: modelID, weightsHash: weightsHash) }

  package var fields: JSONObject {
    [
      "approval_id": .init(approvalID?.text), "model_id": modelID.json,
      "weights_hash": .string(weightsHash.description), "revoked_by": revokedBy.json, "reason": .string(reason),
      "revoked_at": .string(revokedAt.attestationText),
      "drift_check_digest": .init(driftCheckDigest?.description),
    ]
  }
}

extension PrincipalID {
  /// Upstream's actor. No principal of a trust root can be named so: the rule of names has no colon.
  package static let driftDetector = PrincipalID(checked: "system:drift-detector")
}

extension ObjectReader {
  /// A principal, or the drift detector.
  fileprivate mutating func revoker(_ key: String) throws(FieldError) -> PrincipalID {
    guard try optionalString(key) != PrincipalID.driftDetector.text else { return .driftDetector }
    return try identifier(key)
  }
}
