import Signing
import Wire

/// `approval-rejection`: one approver's no, which closes a proposal.
package struct ApprovalRejection: Predicate {
  package static let name = "approval-rejection"
  package static let maximumReason = 2000

  package let subject: Subject
  package let approvalID: ApprovalID
  package let approvalDigest: Digest
  package let rejectedBy: PrincipalID
  package let reason: String
  package let rejectedAt: Timestamp

  package init(
    subject: Subject, approvalID: ApprovalID, approvalDigest: Digest, rejectedBy: PrincipalID, reason: String,
    rejectedAt: Timestamp
  ) {
    self.subject = subject
    self.approvalID = approvalID
    self.approvalDigest = approvalDigest
    self.rejectedBy = rejectedBy
    self.reason = reason
    self.rejectedAt = rejectedAt
  }

  package init(_ reader: inout ObjectReader, subject: Subject) throws(FieldError) {
    self.subject = subject
    approvalID = try reader.identifier("approval_id")
    approvalDigest = try reader.digest("approval_digest")
    rejectedBy = try reader.identifier("rejected_by")
    reason = try reader.string("reason", maximum: Self.maximumReason)
    guard !reason.isEmpty else { throw reader.failure("reason", "must not be empty") }
    rejectedAt = try reader.time("rejected_at")
  }

  package var fields: JSONObject {
    [
      "approval_id": approvalID.json, "approval_digest": .string(approvalDigest.description),
      "rejected_by": rejectedBy.json, "reason": .string(reason), "rejected_at": .string(rejectedAt.attestationText),
    ]
  }
}
