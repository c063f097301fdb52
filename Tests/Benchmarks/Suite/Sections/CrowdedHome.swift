import Attestations
import Glibc
import PlaneContract
import Wire

/// A home with many approvals, and how to ask about random ones.
final class CrowdedHome {
  private static let connections = 32

  let perSecond: Double
  private(set) var planes: RunningPlanes
  private let home: Home
  private let questions: [GateQuestion]

  var serving: pid_t { planes.serving.pid }

  init(approvals: Int) throws {
    home = try Home()
    planes = try home.start()
    let start = ContinuousClock.now
    questions = try ApprovalCrowd(home: home).make(approvals)
    perSecond = Double(approvals) / ContinuousClock.now.since(start)
  }

  deinit { planes.stop() }

  func restart() throws {
    planes.stop()
    planes = try home.start()
  }

  /// Waits until the serving plane has verified what it had stored when it was started; the processor time it took, in seconds.
  @discardableResult
  func waitUntilVerified() throws -> Double {
    let caller = try Caller("ci", of: home)
    while try caller.status(on: .servingRead).counters["models_verified"]?.int ?? 0 < questions.count {
      Pause.milliseconds(50)
    }
    return try ProcessorTime.ofProcess(serving)
  }

  func round(of requests: Int) throws -> AuthorizeRound {
    let asked = (0..<requests).compactMap { _ in questions.randomElement() }
    let deployer = try Deployer(home)
    guard let first = asked.first else { throw BenchError("there are no approvals to ask about") }
    let floor = try Floor(payload: deployer.request(first).envelope.payload)
    var load = try AuthorizeLoad(deployer, connections: Self.connections)
    return try AuthorizeRound(asked, floor: floor, serving: serving, load: &load)
  }
}
