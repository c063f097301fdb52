import Attestations
import Signing
import Wire

/// Where a training output or an approval of it stands. `submitted` is an output that nobody has proposed.
package enum ApprovalStatus: String, Sendable, CaseIterable {
  case submitted, pending, active, rejected, expired, revoked
}

/// The answer to propose, sign and reject.
package struct ApprovalState: Body, Equatable {
  package let approvalID: ApprovalID
  package let status: ApprovalStatus
  /// Principals whose signatures count, in the order they signed.
  package let approvers: [PrincipalID]
  package let requiredApprovers: Int

  package init(approvalID: ApprovalID, status: ApprovalStatus, approvers: [PrincipalID], requiredApprovers: Int) {
    self.approvalID = approvalID
    self.status = status
    self.approvers = approvers
    self.requiredApprovers = requiredApprovers
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    approvalID = try reader.identifier("approval_id")
    status = try reader.approvalStatus("status")
    approvers = try reader.identifiers("approvers", maximum: 64)
    requiredApprovers = try reader.int("required_approvers", in: 0...64)
  }

  package var fields: JSONObject {
    [
      "approval_id": approvalID.json, "status": .string(status.rawValue), "approvers": .init(approvers.map(\.text)),
      "required_approvers": .init(requiredApprovers),
    ]
  }
}

/// The answer to `approval.get`: the state and the evidence behind it, for the caller to verify.
package struct ApprovalDetail: Body {
  package let approvalID: ApprovalID?
  package let status: ApprovalStatus
  package let approvers: [PrincipalID]
  package let requiredApprovers: Int
  package let approval: UnverifiedEnvelope?
  package let trainingOutput: UnverifiedEnvelope
  /// Approver to signature over the NANDA record; only of an active approval, because upstream counts entries.
  package let nandaSignatures: [(PrincipalID, Signature)]

  package init(
    approvalID: ApprovalID?, status: ApprovalStatus, approvers: [PrincipalID], requiredApprovers: Int,
    approval: UnverifiedEnvelope?, trainingOutput: UnverifiedEnvelope, nandaSignatures: [(PrincipalID, Signature)]
  ) {
    self.approvalID = approvalID
    self.status = status
    self.approvers = approvers
    self.requiredApprovers = requiredApprovers
    self.approval = approval
    self.trainingOutput = trainingOutput
    self.nandaSignatures = nandaSignatures
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    approvalID = try reader.optionalIdentifier("approval_id")
    status = try reader.approvalStatus("status")
    approvers = try reader.identifiers("approvers", maximum: 64)
    requiredApprovers = try reader.int("required_approvers", in: 0...64)
    let maximum = AttestationFormat.maximumPayload
    approval = reader.optional("approval") == nil ? nil : try reader.envelope("approval", maximumPayload: maximum)
    trainingOutput = try reader.envelope("training_output", maximumPayload: maximum)
    var signatures: [(PrincipalID, Signature)] = []
    if let object = try reader.optionalObject("nanda_signatures") {
      for member in object.members {
        guard let approver = PrincipalID(member.key), let signature = member.value.string.flatMap(Signature.init(hex:))
        else {
          throw reader.failure("nanda_signatures", "expected principals and hex signatures")
        }
        signatures.append((approver, signature))
      }
    }
    nandaSignatures = signatures
  }

  package var fields: JSONObject {
    var fields: JSONObject = [
      "approval_id": .init(approvalID?.text), "status": .string(status.rawValue),
      "approvers": .init(approvers.map(\.text)), "required_approvers": .init(requiredApprovers),
      "approval": approval?.json ?? .null, "training_output": trainingOutput.json,
    ]
    guard status == .active else { return fields }
    var signatures: JSONObject = [:]
    for (approver, signature) in nandaSignatures { signatures.append(approver.text, .string(signature.hex)) }
    fields.append("nanda_signatures", .object(signatures))
    return fields
  }
}

/// One line of `approval.list`. What an approval does not have yet is null for a submitted output.
package struct ApprovalSummary: Body {
  package let approvalID: ApprovalID?
  package let status: ApprovalStatus
  package let modelID: ModelID
  package let weightsHash: Digest
  package let trainingOutputDigest: Digest
  package let submittedBy: PrincipalID
  /// When the output was made.
  package let createdAt: Timestamp
  package let environments: [EnvironmentName]
  package let approvers: [PrincipalID]
  package let requiredApprovers: Int?
  package let approvedAt: Timestamp?
  package let expiresAt: Timestamp?

  package init(
    approvalID: ApprovalID?, status: ApprovalStatus, modelID: ModelID, weightsHash: Digest,
    trainingOutputDigest: Digest,
    submittedBy: PrincipalID, createdAt: Timestamp, environments: [EnvironmentName] = [], approvers: [PrincipalID] = [],
    requiredApprovers: Int? = nil, approvedAt: Timestamp? = nil, expiresAt: Timestamp? = nil
  ) {
    self.approvalID = approvalID
    self.status = status
    self.modelID = modelID
    self.weightsHash = weightsHash
    self.trainingOutputDigest = trainingOutputDigest
    self.submittedBy = submittedBy
    self.createdAt = createdAt
    self.environments = environments
    self.approvers = approvers
    self.requiredApprovers = requiredApprovers
    self.approvedAt = approvedAt
    self.expiresAt = expiresAt
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    approvalID = try reader.optionalIdentifier("approval_id")
    status = try reader.approvalStatus("status")
    modelID = try reader.identifier("model_id")
    weightsHash = try reader.digest("weights_hash")
    trainingOutputDigest = try reader.digest("training_output_digest")
    submittedBy = try reader.identifier("submitted_by")
    createdAt = try reader.time("created_at")
    environments = try reader.identifiers("approved_environments", maximum: 64)
    approvers = try reader.identifiers("approvers", maximum: 64)
    requiredApprovers = try reader.optionalInt("required_approvers", in: 0...64)
    approvedAt = try reader.optionalTime("approved_at")
    expiresAt = try reader.optionalTime("expires_at")
  }

  package var fields: JSONObject {
    [
      "approval_id": .init(approvalID?.text), "status": .string(status.rawValue), "model_id": modelID.json,
      "weights_hash": .string(weightsHash.description),
      "training_output_digest": .string(trainingOutputDigest.description), "submitted_by": submittedBy.json,
      "created_at": .string(createdAt.attestationText), "approved_environments": .init(environments.map(\.text)),
      "approvers": .init(approvers.map(\.text)), "required_approvers": requiredApprovers.map { .init($0) } ?? .null,
      "approved_at": .init(approvedAt?.attestationText), "expires_at": .init(expiresAt?.attestationText),
    ]
  }
}

extension ObjectReader {
  mutating func approvalStatus(_ key: String) throws(FieldError) -> ApprovalStatus {
    guard let status = ApprovalStatus(rawValue: try string(key)) else { throw failure(key, "is no approval status") }
    return status
  }
}
