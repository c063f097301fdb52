import Attestations
import Ledger
import Logging
import PlaneContract
import ServiceLifecycle
import Storage
import Transport
import Wire

/// The sockets as a service of the process: a graceful shutdown answers what is in flight and accepts nobody more.
struct SocketService: Service {
  let server: SocketServer

  func run() async throws {
    try await withGracefulShutdownHandler {
      try await server.run()
    } onGracefulShutdown: {
      SystemdNotification.fromEnvironment().stopping()
      server.shutdown()
    }
  }
}

/// Once a minute: the time is persisted, and the refusals are written that the rate limit only counted.
struct MinuteTick: Service {
  let context: PlaneContext

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while (try? await Task.sleep(for: .seconds(60))) != nil {
        do {
          try await context.commit { _ in }
          try await context.refusals.flush(at: context.clock.now())
        } catch { context.logger.error("the minute's record could not be written", metadata: ["error": "\(error)"]) }
      }
    }
  }
}

/// Answers `plane.status` for any principal.
struct StatusRoute<P: Plane>: Sendable {
  let plane: P
  let context: PlaneContext
  let startedAt: Timestamp

  init(plane: P, context: PlaneContext) {
    self.plane = plane
    self.context = context
    startedAt = context.clock.now()
  }

  var route: Route {
    .query(.planeStatus) { request in
      guard request.body.isEmpty else { throw FieldError("body", "plane.status takes none") }
      return .later { try await status().fields }
    }
  }

  private func status() async throws -> PlaneStatus {
    var (health, counters) = try plane.health()
    let queued = try context.database.readNow { database in
      (try context.outbox.pendingCount(in: database), try context.outbox.parkedCount(in: database))
    }
    counters.append("outbox_pending", .init(queued.0))
    counters.append("outbox_parked", .init(queued.1))
    let strangers = await context.refusals.unauthenticatedCounts(at: context.clock.now())
    counters.append("unauthenticated", .init(strangers.total))
    counters.append("unauthenticated_last_minute", .init(strangers.lastMinute))
    let root = context.root
    if let fault = context.trust.fault { health = fault }
    if !root.isLive(at: context.clock.now()) { health = "the trust root expired at \(root.root.expiresAt)" }
    if context.database.isDiskFull { health = "the disk is full: only revocations are still written; free some space" }
    if queued.1 > 0 { health = "\(queued.1) deliveries were refused by the peer; see the log" }
    return PlaneStatus(
      plane: context.principal.id, version: ProjectVersion.text, startedAt: startedAt,
      trustRootVersion: root.version, health: health, counters: counters)
  }
}
