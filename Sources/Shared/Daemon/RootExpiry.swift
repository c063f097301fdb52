import Attestations
import Wire

/// Says in good time that the trust root ends, and what follows once it has.
struct RootExpiry: Sendable {
  static let warningDays = 60

  let root: VerifiedTrustRoot
  let now: Timestamp

  /// Nil while there is time.
  var warning: String? {
    let end = root.root.expiresAt
    if !root.isLive(at: now) { return "the trust root expired at \(end): nothing new is approved or deployed" }
    guard end < now.adding(days: Self.warningDays) else { return nil }
    let days = end.seconds(since: now) / Timestamp.secondsPerDay
    return "the trust root expires at \(end), in \(days) days; sign and install a new version before"
  }
}
