import Attestations
import HTML
import Wire

/// The trust root that the bridge goes by, and what is wrong with it.
struct TrustStanding {
  /// Days before its end from which it is pointed out.
  private static let soonDays = 60

  let version: Int
  let expiresAt: Timestamp
  /// Nil when nothing is.
  let fault: String?

  func words(at now: Timestamp) -> [HTMLNode] {
    [.text("version \(version) "), mark(at: now).node, .sub("until ", .moment(expiresAt))]
  }

  private func mark(at now: Timestamp) -> Mark {
    if fault != nil { return .no("its folder is wrong") }
    if expiresAt <= now { return .no("is over") }
    return expiresAt <= now.adding(days: Self.soonDays) ? .care("ends soon") : .yes("in force")
  }
}

extension TrustStanding {
  init(_ trust: FollowedTrust) {
    let root = trust.root
    self.init(version: root.version, expiresAt: root.root.expiresAt, fault: trust.fault)
  }
}
