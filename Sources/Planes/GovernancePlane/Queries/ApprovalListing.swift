import Storage
import Attestations
import Daemon
import GRDB
import PlaneContract
import Signing
import Wire

/// `approval.list`: outputs that nobody has proposed and approvals, newest first, in pages.
///
/// A list is an index: it is read from columns and verifies nothing. What somebody acts on is fetched with `approval.get`,
/// which does.
struct ApprovalListing: Sendable {
  /// Rows looked at for one page. A page may therefore hold fewer items than asked for, or none; the end is a null `next`.
  static let scanLimit = 1000
  private static let batch = 200

  let context: PlaneContext

  init(context: PlaneContext) { self.context = context }

  func page(_ query: ApprovalList, root: VerifiedTrustRoot, now: Timestamp) async throws -> Page<ApprovalSummary> {
    let start = try query.after.map { text throws(Refusal) in try ListCursor(text) } ?? .start
    return try await context.database.read { [self] database in
      try context.guardingStoredRows { try page(query, from: start, root, now: now, in: database) }
    }
  }

  private func page(
    _ query: ApprovalList, from start: ListCursor, _ root: VerifiedTrustRoot, now: Timestamp, in database: Database
  ) throws -> Page<ApprovalSummary> {
    var (items, cursor, scanned): ([ApprovalSummary], ListCursor, Int) = ([], start, 0)
    var byteCount = 0
    while scanned < Self.scanLimit {
      let batch = try ListedItem.fetch(
        after: cursor, modelID: query.modelID, limit: Self.batch, root: root, in: database)
      for item in batch {
        cursor = item.cursor
        if let summary = try summary(of: item, root, now: now, in: database), matches(summary, query, now: now) {
          items.append(summary)
          byteCount += summary.fields.serialized().count
        }
        if items.count == query.limit || byteCount >= Page<ApprovalSummary>.maximumBytes {
          return Page(items: items, next: cursor.text)
        }
      }
      if batch.count < Self.batch { return Page(items: items, next: nil) }
      scanned += batch.count
    }
    return Page(items: items, next: cursor.text)
  }

  private func matches(_ summary: ApprovalSummary, _ query: ApprovalList, now: Timestamp) -> Bool {
    if let status = query.status, summary.status != status { return false }
    guard let days = query.expiringWithinDays else { return true }
    guard summary.status == .active, let expiresAt = summary.expiresAt else { return false }
    return expiresAt <= now.adding(days: days)
  }

  /// Nil for an output that has an approval standing: its approval is the item.
  private func summary(of item: ListedItem, _ root: VerifiedTrustRoot, now: Timestamp, in database: Database) throws
    -> ApprovalSummary?
  {
    if let approval = item.approval { return summary(of: approval, item.output, root, now: now) }
    guard try isOpen(item.output, root, now: now, in: database) else { return nil }
    let output = item.output
    return ApprovalSummary(
      approvalID: nil, status: .submitted, modelID: output.modelID, weightsHash: output.weightsHash,
      trainingOutputDigest: output.digest, submittedBy: output.submittedBy, createdAt: output.createdAt)
  }

  private func summary(of approval: ListedApproval, _ output: ListedOutput, _ root: VerifiedTrustRoot, now: Timestamp)
    -> ApprovalSummary
  {
    let predicate = approval.predicate
    return ApprovalSummary(
      approvalID: predicate.approvalID, status: approval.state.status(at: now), modelID: predicate.modelID,
      weightsHash: predicate.weightsHash, trainingOutputDigest: output.digest, submittedBy: output.submittedBy,
      createdAt: output.createdAt, environments: predicate.environments, approvers: approval.approvers,
      requiredApprovers: Quorum.required(predicate, policy: root.policy), approvedAt: predicate.approvedAt,
      expiresAt: predicate.expiresAt)
  }

  private func isOpen(_ output: ListedOutput, _ root: VerifiedTrustRoot, now: Timestamp, in database: Database) throws
    -> Bool
  {
    try ApprovalStore().rows(ofOutput: output.digest, in: database).allSatisfy { row in
      let approval = try ListedApproval(
        payload: row.payload, digest: row.digest, signedBy: row.signedByGovernance, root: root, in: database)
      return approval.state.leavesOutputOpen(at: now)
    }
  }
}
