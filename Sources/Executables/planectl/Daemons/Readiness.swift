import Attestations
import Glibc
import PlaneContract
import Wire

/// Waits until a plane that was started answers a signed `plane.status`.
struct Readiness {
  static let deadline = Duration.seconds(15)
  static let interval = Duration.milliseconds(50)
  static let logLines = 12

  let session: Session
  let plane: Role
  /// How long the log was before this start: what stands there belongs to earlier ones.
  let logOffset: Int
  /// The child, when this program started it.
  let child: pid_t?

  /// - Throws: `Failure` with the end of the plane's log.
  func wait() async throws -> Answer<PlaneStatus> {
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: Self.deadline)
    while true {
      if let child, Self.hasEnded(child) { throw failure("\(plane.planeName) ended at once") }
      do { return try await session.status(of: plane) } catch let failure as Failure
        where failure.status == .unreachable
      {
        guard clock.now < end else { throw self.failure("\(plane.planeName) does not answer: \(failure.message)") }
      }
      try await Task.sleep(for: Self.interval)
    }
  }

  static func hasEnded(_ child: pid_t) -> Bool {
    var status: Int32 = 0
    return unsafe waitpid(child, &status, WNOHANG) == child
  }

  private func failure(_ message: String) -> Failure {
    let log = session.home.log(of: plane)
    let text = (try? TextFile.end(of: log, after: logOffset)) ?? ""
    let lines = text.split(separator: "\n").suffix(Self.logLines).map(String.init)
    return Failure(.unreachable, message, details: lines, hint: "its log is \(log)")
  }
}

extension Session {
  /// A session for what any principal may ask, with whichever key is at hand.
  init(anyoneAt home: Home) throws {
    let root = try home.trustRoot()
    let ring = KeyRing(home: home, root: root)
    guard let entry = ring.entries.first else {
      throw Failure.refused("there is no key of the trust root in \(ring.folders.joined(separator: " or "))")
    }
    let identity = try ring.identity(named: entry.principal.id.text, holding: Role.allCases, for: "plane.status")
    self.init(home, root: root, identity: identity)
  }

  func status(of plane: Role) async throws -> Answer<PlaneStatus> {
    try await ask(plane, .planeStatus, [:], timeout: .seconds(5))
  }
}
