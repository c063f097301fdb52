import Attestations
import Signing
import Wire

/// `approval.propose`: an approval with the proposer's signature, in both forms.
package struct ApprovalPropose: Body {
  package let trainingOutputDigest: Digest
  package let approval: UnverifiedEnvelope
  /// Over the hash of the NANDA record (UPSTREAM.md section 1).
  package let nandaSignature: Signature

  package init(trainingOutputDigest: Digest, approval: UnverifiedEnvelope, nandaSignature: Signature) {
    self.trainingOutputDigest = trainingOutputDigest
    self.approval = approval
    self.nandaSignature = nandaSignature
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    trainingOutputDigest = try reader.digest("training_output_digest")
    approval = try reader.envelope("approval", maximumPayload: AttestationFormat.maximumPayload)
    nandaSignature = try reader.hexSignature("nanda_signature")
  }

  package var fields: JSONObject {
    [
      "training_output_digest": .string(trainingOutputDigest.description), "approval": approval.json,
      "nanda_signature": .string(nandaSignature.hex),
    ]
  }
}

/// `approval.sign`: one more approver's signature over the very same payload.
package struct ApprovalSign: Body {
  package let approvalID: ApprovalID
  package let signature: EnvelopeSignature
  package let nandaSignature: Signature

  package init(approvalID: ApprovalID, signature: EnvelopeSignature, nandaSignature: Signature) {
    self.approvalID = approvalID
    self.signature = signature
    self.nandaSignature = nandaSignature
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    approvalID = try reader.identifier("approval_id")
    let value = try reader.required("signature")
    do { signature = try EnvelopeSignature(json: value) } catch { throw reader.failure("signature", "\(error)") }
    nandaSignature = try reader.hexSignature("nanda_signature")
  }

  package var fields: JSONObject {
    [
      "approval_id": approvalID.json, "signature": signature.json, "nanda_signature": .string(nandaSignature.hex),
    ]
  }
}

/// `approval.reject`: one approver's signed no.
package struct ApprovalReject: Body {
  package let decision: UnverifiedEnvelope

  package init(decision: UnverifiedEnvelope) { self.decision = decision }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    decision = try reader.envelope("decision", maximumPayload: AttestationFormat.maximumPayload)
  }

  package var fields: JSONObject { ["decision": decision.json] }
}

/// `approval.get`: by approval id, or by the digest of a training output that nobody has proposed yet.
package struct ApprovalGet: Body {
  package let approvalID: ApprovalID?
  package let trainingOutputDigest: Digest?

  package init(approvalID: ApprovalID) {
    self.approvalID = approvalID
    trainingOutputDigest = nil
  }

  package init(trainingOutputDigest: Digest) {
    approvalID = nil
    self.trainingOutputDigest = trainingOutputDigest
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    approvalID = try reader.optionalIdentifier("approval_id")
    trainingOutputDigest = try reader.optionalDigest("training_output_digest")
    guard (approvalID == nil) != (trainingOutputDigest == nil) else {
      throw reader.failure("approval_id", "give either this or training_output_digest")
    }
  }

  package var fields: JSONObject {
    var fields: JSONObject = [:]
    fields.append("approval_id", ifPresent: approvalID?.json)
    fields.append("training_output_digest", ifPresent: trainingOutputDigest.map { .string($0.description) })
    return fields
  }
}

/// `approval.list`: newest first, in pages.
package struct ApprovalList: Body {
  package static let maximumLimit = 500

  package let status: ApprovalStatus?
  package let modelID: ModelID?
  package let expiringWithinDays: Int?
  /// The `next` of the page before.
  package let after: String?
  package let limit: Int

  package init(
    status: ApprovalStatus? = nil, modelID: ModelID? = nil, expiringWithinDays: Int? = nil, after: String? = nil,
    limit: Int = 100
  ) {
    self.status = status
    self.modelID = modelID
    self.expiringWithinDays = expiringWithinDays
    self.after = after
    self.limit = limit
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    let text = try reader.optionalString("status")
    status = text.flatMap(ApprovalStatus.init(rawValue:))
    guard text == nil || status != nil else {
      let known = ApprovalStatus.allCases.map(\.rawValue).joined(separator: ", ")
      throw reader.failure("status", "expected one of \(known)")
    }
    modelID = try reader.optionalIdentifier("model_id")
    expiringWithinDays = try reader.optionalInt("expiring_within_days", in: 0...36_500)
    after = try reader.optionalString("after", maximum: 200)
    limit = try reader.optionalInt("limit", in: 1...Self.maximumLimit) ?? 100
  }

  package var fields: JSONObject {
    var fields: JSONObject = ["limit": .init(limit)]
    fields.append("status", ifPresent: status.map { .string($0.rawValue) })
    fields.append("model_id", ifPresent: modelID?.json)
    fields.append("expiring_within_days", ifPresent: expiringWithinDays.map { .init($0) })
    fields.append("after", ifPresent: after.map { .string($0) })
    return fields
  }
}
