import Attestations
import Glibc
import PlaneContract
import Wire

/// Tells the planes that this home has started to read the new root, and waits until each says that it goes by it.
struct Reloading {
  static let deadline = Duration.seconds(15)
  static let interval = Duration.milliseconds(100)

  enum Outcome {
    /// It does not run here; it reads the root when it starts.
    case away
    case accepted
    case refused(String)

    /// For `--json`.
    var word: String {
      switch self {
      case .away: "not_running"
      case .accepted: "accepted"
      case .refused: "refused"
      }
    }

    var isAccepted: Bool { if case .accepted = self { true } else { false } }
    var isRefused: Bool { if case .refused = self { true } else { false } }

    var sentence: String {
      switch self {
      case .away: "does not run here; it reads the new version when it starts"
      case .accepted: "goes by the new version"
      case .refused(let problem): "has not taken the new version: \(problem)"
      }
    }
  }

  let home: Home
  let version: Int

  func reload(_ plane: Role) async throws -> Outcome {
    guard let pid = DaemonProcess(home: home, plane: plane).pid else { return .away }
    let session = try Session(anyoneAt: home)
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: Self.deadline)
    var problem = "it has not answered"
    var isFirst = true
    while clock.now < end {
      // Again each time: one that came while the plane was still starting was not heard.
      guard kill(pid, SIGHUP) == 0 else { return .away }
      try await Task.sleep(for: isFirst ? .milliseconds(20) : Self.interval)
      isFirst = false
      do {
        let status = try await session.status(of: plane).value
        if status.trustRootVersion >= version { return .accepted }
        problem = status.health
      } catch let error as ReplyError {
        return .refused("\(error); if its key was replaced, put the new key in place and start it again")
      } catch let failure as Failure where failure.status == .unreachable { problem = failure.message }
    }
    return .refused("it goes by an older root: \(problem)")
  }
}
