import Wire

/// The approvals in force, of every model, also of those that are private: what governance has listed last, without what the serving plane
/// has called revoked.
struct ActiveApprovals: Sendable {
  let ids: Set<ApprovalID>
  /// Until when they are known to have been all.
  let knownAt: Timestamp
  /// Whether that is as new as the bridge can know it.
  let isCurrent: Bool
}
