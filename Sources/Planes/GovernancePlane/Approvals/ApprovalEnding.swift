import Attestations
import PlaneContract
import Wire

extension RegisteredApproval {
  /// How this approval has ended, for who would still sign or reject it; nil while it stands.
  func ending(at now: Timestamp) -> String? {
    switch state.status(at: now) {
    case .submitted, .pending, .active: nil
    case .revoked: "approval \(id) is revoked, for ever"
    case .rejected: "approval \(id) \(rejection.map(Self.words) ?? "is rejected")"
    case .expired where state.isComplete: "approval \(id) expired at \(predicate.expiresAt)"
    case .expired:
      "approval \(id) expired at \(state.pendingUntil), without its quorum: a proposal waits "
        + "\(ApprovalLedgerState.pendingDays) days for signatures, and never beyond its own end"
    }
  }

  private static func words(_ rejection: Attested<ApprovalRejection>) -> String {
    let decision = rejection.predicate
    return "was rejected by \(decision.rejectedBy) at \(decision.rejectedAt): \(decision.reason)"
  }
}
