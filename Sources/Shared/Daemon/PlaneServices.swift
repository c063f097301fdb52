import Attestations
import Ledger
import Logging
import MerkleLog
import PlaneContract
import ServiceLifecycle
import Signing
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

/// Once a minute: the time is persisted, and the refusals are written that the rate limit only counted. Once a day: what the end of
/// the trust root asks of its holders.
struct MinuteTick: Service {
  private static let day = Duration.seconds(86_400)

  let context: PlaneContext

  func run() async throws {
    await cancelWhenGracefulShutdown {
      var warned: ContinuousClock.Instant?
      repeat {
        if warned.map({ .now >= $0 + Self.day }) ?? true, warnOfRootExpiry() { warned = .now }
        do {
          try await persistTime()
          try await context.refusals.flush(at: context.clock.now())
        } catch { context.logger.error("the minute's record could not be written", metadata: ["error": "\(error)"]) }
      } while (try? await Task.sleep(for: .seconds(60))) != nil
    }
  }

  /// A clock that was set right needs nobody's acceptance any more.
  private func persistTime() async throws {
    let hasJumped = context.clock.reading().hasJumpedAhead
    try await context.commit { if !hasJumped { try UnacceptedClockJump.clear(in: $0) } }
    if hasJumped {
      context.logger.critical(
        "the clock jumped ahead of the boot clock; its time is not persisted until accept-clock, or until it is set right"
      )
    }
  }

  private func warnOfRootExpiry() -> Bool {
    guard let warning = RootExpiry(root: context.root, now: context.clock.now()).warning else { return false }
    context.logger.log(level: context.root.isLive(at: context.clock.now()) ? .warning : .critical, "\(warning)")
    return true
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

  /// What the database cannot tell, because a row of it is damaged say, is named in the health: the rest of the answer is given all the
  /// same, for peers ask for it before they deliver.
  private func status() async throws -> PlaneStatus {
    var faults: [String] = []
    func told<Value>(_ fallback: Value, _ read: () throws -> Value) throws -> Value {
      do { return try read() } catch let error as StorageError {
        faults.append("\(error)")
        return fallback
      }
    }
    var (health, counters) = try told(("ok", [:])) { try plane.health() }
    let own = health
    let queued = try told((0, 0)) {
      try context.database.readNow { database in
        (try context.outbox.pendingCount(in: database), try context.outbox.parkedCount(in: database))
      }
    }
    counters.append("outbox_pending", .init(queued.0))
    counters.append("outbox_parked", .init(queued.1))
    let entries = try told(0) { try context.database.readNow { try context.ledger.count(in: $0) } }
    let cosigned = try told(0) {
      try context.database.readNow { try context.ledger.cosigned(in: $0)?.checkpoint.size ?? 0 }
    }
    counters.append("log_entries", .init(entries))
    counters.append("log_cosigned", .init(cosigned))
    for disputed in try told([], { try Quarantine.disputes(at: context) }) {
      counters.append(PlaneStatus.disputeCounter(of: disputed.plane), .init(disputed.dispute.missing ?? 0))
    }
    let strangers = await context.refusals.unauthenticatedCounts(at: context.clock.now())
    counters.append("unauthenticated", .init(strangers.total))
    counters.append("unauthenticated_last_minute", .init(strangers.lastMinute))
    let root = context.root
    if let fault = context.trust.fault { health = fault }
    let reading = context.clock.reading()
    let expiry = RootExpiry(root: root, now: reading.time)
    counters.append("trust_root_days_left", .init(Int(expiry.daysLeft)))
    if let free = context.database.freeMegabytes { counters.append("disk_free_mb", .init(free)) }
    if let warning = expiry.warning,
      health == "ok" || !root.isLive(at: reading.time)
    {
      health = warning
    }
    if let problem = clockProblem(reading) { health = problem }
    // An older database has effects of its own, and people need to hear of both.
    if let problem = try told(nil, { try Quarantine.problem(at: context) }) {
      health = own == "ok" ? problem : "\(problem); \(own)"
    }
    if let fault = faults.first ?? context.evidence.fault { health = fault }
    if context.database.isDiskFull { health = "the disk is full: only revocations are still written; free some space" }
    if health == "ok", context.evidence.isUnaudited { health = EvidenceStanding.unauditedWords }
    if health == "ok", let warning = try told(nil, { try context.witnessWarning(at: reading.time, since: startedAt) }) {
      health = warning
    }
    if queued.1 > 0 {
      // Such a row may stay for long, and must not hide what is more urgent.
      let refused = "\(queued.1) deliveries were refused by the peer; see the log"
      health = health == "ok" ? refused : "\(health); \(refused)"
    }
    return PlaneStatus(
      plane: context.principal.id, version: ProjectVersion.text, startedAt: startedAt,
      trustRootVersion: root.version, health: health, counters: counters)
  }

  private func clockProblem(_ reading: ClockReading) -> String? {
    let recovery = "once it is right, stop \(P.role.planeName) and run \(P.role.planeName) accept-clock --config FILE"
    if reading.hasJumpedAhead { return "the clock jumped ahead of the boot clock; \(recovery)" }
    let behind = context.highestTime.value.seconds(since: reading.time)
    guard behind > Gates.clockToleranceSeconds else { return nil }
    return "the clock is \(behind) s behind the latest time that this plane has seen; \(recovery)"
  }
}
