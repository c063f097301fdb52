import Attestations
import Signing
import Wire

/// `model.get`: the versions of one model, newest first, in pages.
package struct ModelGet: Body {
  package static let maximumLimit = 50

  package let modelID: ModelID
  /// The `next` of the page before.
  package let after: String?
  package let limit: Int

  package init(modelID: ModelID, after: String? = nil, limit: Int = 20) {
    self.modelID = modelID
    self.after = after
    self.limit = limit
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    modelID = try reader.identifier("model_id")
    after = try reader.optionalString("after", maximum: 200)
    limit = try reader.optionalInt("limit", in: 1...Self.maximumLimit) ?? 20
  }

  package var fields: JSONObject {
    var fields: JSONObject = ["model_id": modelID.json, "limit": .init(limit)]
    fields.append("after", ifPresent: after.map { .string($0) })
    return fields
  }
}

/// The answer to `model.get`.
package struct ModelVersions: Body {
  package let modelID: ModelID
  package let versions: Page<ModelVersion>

  package init(modelID: ModelID, versions: Page<ModelVersion>) {
    self.modelID = modelID
    self.versions = versions
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    modelID = try reader.identifier("model_id")
    var items: [ModelVersion] = []
    for (index, value) in try reader.array("versions", maximum: ModelGet.maximumLimit).enumerated() {
      var version = try ObjectReader(value, "body.versions[\(index)]")
      items.append(try ModelVersion(&version))
      try version.finish()
    }
    versions = Page(items: items, next: try reader.optionalString("next", maximum: 200))
  }

  package var fields: JSONObject {
    [
      "model_id": modelID.json, "versions": .array(versions.items.map { .object($0.fields) }),
      "next": .init(versions.next),
    ]
  }
}

/// A version of a model: one training output, and the approvals of it.
package struct ModelVersion: Body {
  /// The newest approvals of a version that are told with it; `approval.list` tells all.
  package static let maximumApprovals = 20

  package let trainingOutputDigest: Digest
  package let result: TrainingResult
  package let createdAt: Timestamp
  package let submittedBy: PrincipalID
  package let submitterPerson: PersonID?
  /// How many there are.
  package let approvalCount: Int
  /// Newest first.
  package let approvals: [ApprovalSummary]

  package init(_ output: TrainingOutput, digest: Digest, approvalCount: Int, approvals: [ApprovalSummary]) {
    trainingOutputDigest = digest
    result = output.result
    createdAt = output.createdAt
    submittedBy = output.submittedBy
    submitterPerson = output.submitterPerson
    self.approvalCount = approvalCount
    self.approvals = approvals
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    trainingOutputDigest = try reader.digest("training_output_digest")
    result = try TrainingResult(&reader, looseDigest: false)
    createdAt = try reader.time("created_at")
    submittedBy = try reader.identifier("submitted_by")
    submitterPerson = try reader.optionalIdentifier("submitter_person")
    approvalCount = try reader.int("approval_count", in: 0...Int.max)
    var approvals: [ApprovalSummary] = []
    for (index, value) in try reader.array("approvals", maximum: Self.maximumApprovals).enumerated() {
      var approval = try ObjectReader(value, reader.path("approvals[\(index)]"))
      approvals.append(try ApprovalSummary(&approval))
      try approval.finish()
    }
    self.approvals = approvals
  }

  package var fields: JSONObject {
    var fields: JSONObject = ["training_output_digest": .string(trainingOutputDigest.description)]
    for member in result.fields.members { fields.append(member.key, member.value) }
    fields.append("created_at", .string(createdAt.attestationText))
    fields.append("submitted_by", submittedBy.json)
    fields.append("submitter_person", .init(submitterPerson?.text))
    fields.append("approval_count", .init(approvalCount))
    fields.append("approvals", .array(approvals.map { .object($0.fields) }))
    return fields
  }
}
