import Signing
import Wire

/// What stands in `promotion-result` and `undeployment`: which weights began or ceased to run where, and under which approval.
package struct PromotionRecord: Sendable, Equatable {
  package let modelID: ModelID
  /// True in a promotion result, false in an undeployment.
  package let promoted: Bool
  /// When the endpoint had done it.
  package let promotedAt: Timestamp
  /// `origin#index` of the evidence entry of the intent.
  package let evidenceEntryID: String
  package let message: String
  package let approvalID: ApprovalID
  package let approvalDigest: Digest
  package let environment: EnvironmentName
  package let scope: ScopeName?
  package let weightsHash: Digest
  package let deployedBy: PrincipalID

  package init(
    modelID: ModelID, promoted: Bool, promotedAt: Timestamp, evidenceEntryID: String, message: String,
    approvalID: ApprovalID, approvalDigest: Digest, environment: EnvironmentName, scope: ScopeName?,
    weightsHash: Digest,
    deployedBy: PrincipalID
  ) {
    self.modelID = modelID
    self.promoted = promoted
    self.promotedAt = promotedAt
    self.evidenceEntryID = evidenceEntryID
    self.message = message
    self.approvalID = approvalID
    self.approvalDigest = approvalDigest
    self.environment = environment
    self.scope = scope
    self.weightsHash = weightsHash
    self.deployedBy = deployedBy
  }

  init(_ reader: inout ObjectReader, promoted expected: Bool) throws(FieldError) {
    modelID = try reader.identifier("model_id")
    guard let flag = try reader.optionalBool("promoted"), flag == expected else {
      throw reader.failure("promoted", "expected \(expected)")
    }
    promoted = flag
    promotedAt = try reader.time("promoted_at")
    evidenceEntryID = try reader.string("evidence_entry_id", maximum: 200)
    message = try reader.string("message")
    approvalID = try reader.identifier("approval_id")
    approvalDigest = try reader.digest("approval_digest")
    environment = try reader.identifier("environment")
    scope = try reader.optionalIdentifier("scope")
    weightsHash = try reader.digest("weights_hash")
    deployedBy = try reader.identifier("deployed_by")
  }

  var fields: JSONObject {
    [
      "model_id": modelID.json, "promoted": .bool(promoted), "promoted_at": .string(promotedAt.attestationText),
      "evidence_entry_id": .string(evidenceEntryID), "message": .string(message), "approval_id": approvalID.json,
      "approval_digest": .string(approvalDigest.description), "environment": environment.json,
      "scope": .init(scope?.text), "weights_hash": .string(weightsHash.description), "deployed_by": deployedBy.json,
    ]
  }

  var subject: Subject { Subject(modelID: modelID, weightsHash: weightsHash) }
}

/// `promotion-result`: signed by the serving plane only after the endpoint said yes.
package struct PromotionResult: Predicate {
  package static let name = "promotion-result"
  package let record: PromotionRecord

  package init(_ record: PromotionRecord) { self.record = record }
  package init(_ reader: inout ObjectReader, subject _: Subject) throws(FieldError) {
    record = try PromotionRecord(&reader, promoted: true)
  }

  package var subject: Subject { record.subject }
  package var fields: JSONObject { record.fields }
}

/// `undeployment`: signed by the serving plane after the endpoint let go.
package struct Undeployment: Predicate {
  package static let name = "undeployment"
  package let record: PromotionRecord

  package init(_ record: PromotionRecord) { self.record = record }
  package init(_ reader: inout ObjectReader, subject _: Subject) throws(FieldError) {
    record = try PromotionRecord(&reader, promoted: false)
  }

  package var subject: Subject { record.subject }
  package var fields: JSONObject { record.fields }
}
