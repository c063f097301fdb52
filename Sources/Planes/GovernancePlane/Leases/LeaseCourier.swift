import Attestations
import Daemon
import Logging
import PlaneContract
import ServiceLifecycle
import Transport
import Wire

/// Hands the serving plane a new lease every third of its life, at once when serving has started again or the trust root has changed,
/// and soon while the two planes hold different revocations. Never through the outbox: a lease that comes late is worth nothing.
struct LeaseCourier: Service {
  static let tick = Duration.milliseconds(100)
  /// Before the next lease while the planes differ: what one of them lacks is on its way.
  static let retryInterval = Duration.seconds(1)
  static let replyTimeout = Duration.seconds(20)

  /// One connection to the serving plane, and what was last said over it.
  private struct Line {
    var connection: FrameConnection?
    var due = ContinuousClock.now
    var rootVersion = 0
    var comparison: ServingComparison.Memory = .init()
    /// Answers in a row that refused a lease.
    var refusals = 0
    /// What last went wrong, so that it is logged once.
    var problem: String?
  }

  let context: PlaneContext
  let socketPath: String
  private let issuer: LeaseIssuer
  private let comparison: ServingComparison
  private let logs: LeasedLogs

  init(context: PlaneContext, comparison: ServingComparison, socketPath: String) {
    self.context = context
    self.comparison = comparison
    self.socketPath = socketPath
    issuer = LeaseIssuer(context: context)
    logs = LeasedLogs(context: context)
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      var line = Line()
      repeat { await look(&line) } while (try? await Task.sleep(for: Self.tick)) != nil
      await line.connection?.close()
    }
  }

  private func look(_ line: inout Line) async {
    guard let connection = await connection(&line) else { return }
    guard .now >= line.due || line.rootVersion != context.root.version else { return }
    line.rootVersion = context.root.version
    do {
      let agrees = try await publish(over: connection, &line.comparison)
      line.due = .now + (agrees ? issuer.interval : Self.retryInterval)
      (line.refusals, line.problem) = (0, nil)
    } catch is TransportError {
      await connection.close()
    } catch {
      // Each refusal is an entry of its evidence: soon, then ever more seldom.
      line.due = .now + min(issuer.interval, Self.retryInterval * (1 << min(line.refusals, 10)))
      line.refusals += 1
      report("\(error)", &line)
    }
  }

  /// A serving plane that starts again is given a lease at once. That it is away is the other courier's to say.
  private func connection(_ line: inout Line) async -> FrameConnection? {
    if let connection = line.connection, connection.isOpen { return connection }
    guard let connection = try? await FrameClient().connect(path: socketPath) else { return nil }
    line = Line(connection: connection, problem: line.problem)
    return connection
  }

  private func publish(over connection: FrameConnection, _ memory: inout ServingComparison.Memory) async throws -> Bool
  {
    guard let serving = context.root.plane(.serving) else { return false }
    let (expected, standing) = (try await comparison.expectation(), try logs.standing())
    let lease = try issuer.issue(over: expected.revocations, asOf: expected.asOf, training: standing.training)
    let body = LeasePublication(lease: lease).fields
    let request = try OutgoingRequest(
      .leasePublish, body: body, from: context.principal.id, to: serving.id, signer: context.signer,
      now: context.clock.now())
    let reply = try await connection.exchange(request.frame, timeout: Self.replyTimeout)
    let receipt = try LeaseReceipt(request.result(of: reply, from: serving))
    // Revocations first: what is wrong with a log must not keep a forgetful plane from being told.
    let agrees = try await comparison.compare(receipt, expected, &memory)
    try await logs.compare(receipt, with: standing)
    return agrees && !expected.isProvisional
  }

  private func report(_ problem: String, _ line: inout Line) {
    guard line.problem != problem else { return }
    line.problem = problem
    context.logger.error("the serving plane took no lease; it is tried again", metadata: ["error": "\(problem)"])
  }
}
