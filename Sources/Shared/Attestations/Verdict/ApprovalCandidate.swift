import Signing
import Wire

/// One approval that might answer the question, verified or known to be broken.
package struct ApprovalCandidate: Sendable {
  package let approvalID: ApprovalID
  package let digest: Digest
  package let approvedAt: Timestamp
  package let held: Result<HeldApproval, GateFault>

  package init(approvalID: ApprovalID, digest: Digest, approvedAt: Timestamp, held: Result<HeldApproval, GateFault>) {
    self.approvalID = approvalID
    self.digest = digest
    self.approvedAt = approvedAt
    self.held = held
  }

  package init(_ held: HeldApproval) {
    self.init(
      approvalID: held.predicate.approvalID, digest: held.digest, approvedAt: held.predicate.approvedAt,
      held: .success(held))
  }

  package var verified: HeldApproval? { try? held.get() }
}

/// The approvals of one model, newest first (tie: the greater digest): sorted once, asked often.
package struct ApprovalCandidates: Sendable {
  package let newestFirst: [ApprovalCandidate]

  package init(_ candidates: [ApprovalCandidate]) {
    newestFirst = candidates.sorted { left, right in
      left.approvedAt == right.approvedAt ? left.digest > right.digest : left.approvedAt > right.approvedAt
    }
  }

  /// The candidate of this digest, whether it verified or not.
  package subscript(digest: Digest) -> ApprovalCandidate? { newestFirst.first { $0.digest == digest } }
}
