import PlaneContract
import Wire

/// The facts about one approval from which its status follows. Facts are stored; the status never is.
struct ApprovalLedgerState: Sendable, Equatable {
  /// How long a proposal may wait for its quorum (DESIGN section 5).
  static let pendingDays = 7

  /// What the proposer signed, within the clock skew of the moment it was proposed.
  let approvedAt: Timestamp
  let expiresAt: Timestamp
  /// Governance has signed it once. What the roster or the policy has taken its quorum from since may collect signatures until it
  /// expires.
  var wasComplete = false
  /// The quorum stands and governance has signed.
  var isComplete = false
  var isRejected = false
  var isRevoked = false

  /// What ended an approval comes before what it once was; an end is never undone by a later fact.
  func status(at now: Timestamp) -> ApprovalStatus {
    if isRevoked { return .revoked }
    if isRejected { return .rejected }
    guard isComplete else { return now < pendingUntil ? .pending : .expired }
    return now < expiresAt ? .active : .expired
  }

  /// Whether the training output may be listed as one that nobody has proposed.
  func leavesOutputOpen(at now: Timestamp) -> Bool {
    let status = status(at: now)
    return status == .rejected || status == .expired
  }

  private var pendingUntil: Timestamp {
    wasComplete ? expiresAt : min(approvedAt.adding(days: Self.pendingDays), expiresAt)
  }
}
