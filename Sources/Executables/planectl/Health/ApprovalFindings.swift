import Attestations
import PlaneContract
import Wire

/// Approvals that will end, each with what runs by it.
struct ApprovalFindings {
  static let days = 7
  /// So many are named; of more it is said how many.
  static let maximum = 10

  let now: Timestamp

  static func ask(_ session: Session) async -> [Finding] {
    do {
      let directory = ApprovalDirectory(session: session)
      return Self(now: .now()).findings(try await directory.all(status: .active, expiringWithinDays: days))
    } catch {
      let failure = Failure(explaining: error)
      return [.unseen(.approval, Role.governance.planeName, failure.message, next: failure.hint ?? "ask again")]
    }
  }

  func findings(_ expiring: [ApprovalSummary]) -> [Finding] {
    let soon = expiring.sorted { ($0.expiresAt ?? .latest) < ($1.expiresAt ?? .latest) }
    guard !soon.isEmpty else {
      return [.ok(.approval, "active approvals", "none ends within \(Self.days) days")]
    }
    let named = soon.prefix(Self.maximum).map(finding)
    guard soon.count > Self.maximum else { return named }
    return named + [
      .warn(
        .approval, "\(soon.count - Self.maximum) more", "they end within \(Self.days) days too",
        next: "planectl approvals --expiring-within \(Self.days)d")
    ]
  }

  private func finding(_ item: ApprovalSummary) -> Finding {
    let end = item.expiresAt.map { "in \(TimeSpan.text(max(0, $0.seconds(since: now))))" } ?? "soon"
    let places = item.environments.map { "-e \($0)" }.joined(separator: " ")
    return .warn(
      .approval, item.approvalID?.text ?? item.trainingOutputDigest.short,
      "it ends \(end), and with it \(item.modelID) where that runs by it",
      next: "planectl propose \(item.modelID) \(places), and have it signed")
  }
}
