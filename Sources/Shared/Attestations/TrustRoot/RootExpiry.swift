import Wire

/// Says in good time that the trust root ends, and what follows once it has.
package struct RootExpiry: Sendable {
  package static let warningDays = 60
  private static let (ahead, remedy) = ("the trust root expires at ", "sign and install a new version before")

  package let root: VerifiedTrustRoot
  package let now: Timestamp

  package init(root: VerifiedTrustRoot, now: Timestamp) {
    self.root = root
    self.now = now
  }

  /// Nil while there is time.
  package var warning: String? {
    let end = root.root.expiresAt
    if !root.isLive(at: now) { return "the trust root expired at \(end): nothing new is approved or deployed" }
    guard end < now.adding(days: Self.warningDays) else { return nil }
    return "\(Self.ahead)\(end), in \(daysLeft) days; \(Self.remedy)"
  }

  /// Whole days; 0 once it has expired.
  package var daysLeft: Int64 { max(0, root.root.expiresAt.seconds(since: now) / Timestamp.secondsPerDay) }

  /// Whether a plane's health says this and no more: nothing is denied yet.
  package static func isAhead(_ health: String) -> Bool { health.hasPrefix(ahead) && health.hasSuffix(remedy) }
}
