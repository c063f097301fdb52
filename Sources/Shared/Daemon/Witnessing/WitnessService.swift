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

  /// One connection to the peer.
  private struct Line {
    var connection: FrameConnection?
    var told: WitnessRound.Told?
    /// Entries of this plane's log when the last round ended.
    var size = 0
    var lastRound: ContinuousClock.Instant?
    var pause = WitnessService.interval
    /// What last went wrong, so that it is logged once.
    var problem: String?

    /// Whether it is time again; what was written here is shown without waiting for the pause to end.
    func isDue(_ size: Int) -> Bool {
      guard let lastRound else { return true }
      let waited = ContinuousClock.now - lastRound
      return waited >= pause || problem == nil && size != self.size && waited >= WitnessService.interval
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
      guard line.isDue(try size()) else { return }
      let round = WitnessRound(context: context, peer: peer, over: connection)
      let isNews = try await round.run(&line.told)
      line.pause = isNews ? Self.interval : min(line.pause * 2, Self.longestInterval)
      (line.size, line.problem) = (try size(), nil)
    } catch is TransportError {
      await connection.close()
    } catch {
      line.pause = min(line.pause * 2, Self.longestInterval)
      report("\(error)", &line)
    }
    line.lastRound = .now
  }

  private func size() throws -> Int { try context.database.readNow { try context.ledger.count(in: $0) } }

  /// That the peer is away is the courier's to say.
  private func connection(_ line: inout Line) async -> FrameConnection? {
    if let connection = line.connection, connection.isOpen { return connection }
    guard let connection = try? await FrameClient().connect(path: socketPath) else { return nil }
    line = Line(connection: connection, problem: line.problem)
    return connection
  }

  private func report(_ problem: String, _ line: inout Line) {
    guard line.problem != problem else { return }
    line.problem = problem
    context.logger.error("the logs could not be compared; it is tried again", metadata: ["error": "\(problem)"])
  }
}
