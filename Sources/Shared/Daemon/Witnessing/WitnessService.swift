import Attestations
import Ledger
import Logging
import PlaneContract
import ServiceLifecycle
import Storage
import Transport

/// Watches the log of the peer and has this plane's own watched: soon after something was written, and now and then in any case.
struct WitnessService: Service {
  static let tick = Duration.seconds(1)
  /// Between two rounds while something changes.
  static let interval = Duration.seconds(5)
  /// Between two rounds while nothing does, or while they fail.
  static let longestInterval = Duration.seconds(60)
  /// Between two rounds that fail while this plane's log grows: each may leave a refusal in the peer's evidence.
  static let failingInterval = Duration.seconds(15)

  /// One connection to the peer.
  private struct Line {
    var connection: FrameConnection?
    var told: WitnessRound.Told?
    /// Entries of this plane's log when the last round began.
    var size = 0
    var lastRound: ContinuousClock.Instant?
    var pause = WitnessService.interval
    /// What last went wrong, so that it is logged once.
    var problem: String?

    /// Whether it is time again; what was written here is shown without waiting for the pause to end.
    func isDue(_ size: Int) -> Bool {
      guard let lastRound else { return true }
      let waited = ContinuousClock.now - lastRound
      let patience = problem == nil ? WitnessService.interval : WitnessService.failingInterval
      return waited >= pause || size != self.size && waited >= patience
    }
  }

  let context: PlaneContext
  let peer: Role
  let socketPath: String

  func run() async throws {
    await cancelWhenGracefulShutdown {
      var line = Line()
      repeat { await look(&line) } while (try? await Task.sleep(for: Self.tick)) != nil
      await line.connection?.close()
    }
  }

  private func look(_ line: inout Line) async {
    guard let peer = context.root.plane(peer), let connection = await connection(&line) else { return }
    do {
      let size = try context.database.readNow { try context.ledger.count(in: $0) }
      guard line.isDue(size) else { return }
      line.size = size
      let round = WitnessRound(context: context, peer: peer, over: connection)
      let isNews = try await round.run(&line.told)
      line.pause = isNews ? Self.interval : min(line.pause * 2, Self.longestInterval)
      line.problem = nil
      context.witnessing.compared(self.peer)
    } catch is TransportError {
      await connection.close()
    } catch {
      line.pause = min(line.pause * 2, Self.longestInterval)
      report("\(error)", &line)
    }
    line.lastRound = .now
  }

  /// That the peer is away is the courier's to say. One that is back is asked at once, unless it hung up on what it refused.
  private func connection(_ line: inout Line) async -> FrameConnection? {
    if let connection = line.connection, connection.isOpen { return connection }
    guard let connection = try? await FrameClient().connect(path: socketPath) else { return nil }
    (line.connection, line.told) = (connection, nil)
    if line.problem == nil { line.lastRound = nil }
    return connection
  }

  private func report(_ problem: String, _ line: inout Line) {
    context.witnessing.failed(peer, because: problem, at: context.clock.now())
    guard line.problem != problem else { return }
    line.problem = problem
    context.logger.error("the logs could not be compared; it is tried again", metadata: ["error": "\(problem)"])
  }
}
