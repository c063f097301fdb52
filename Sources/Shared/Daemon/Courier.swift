import Attestations
import GRDB
import Ledger
import Logging
import PlaneContract
import ServiceLifecycle
import Storage
import Transport
import Wire

/// Tells the courier that there may be something to deliver. Raising it twice before it looks is once.
package final class CourierWake: Sendable {
  let signals: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  package init() { (signals, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

  package func raise() { continuation.yield() }
}

/// Delivers the outbox to the one peer of this plane, store-and-forward (DESIGN section 1): a fresh message for each attempt, a
/// row removed only on the peer's signed `.result`, transient errors retried with backoff, a refusal parked and shouted about.
package struct Courier: Service {
  static let batch = 32
  static let replyTimeout = Duration.seconds(20)
  static let tick = Duration.milliseconds(250)

  /// The connection to the peer, kept from one delivery to the next.
  private struct Line {
    var connection: FrameConnection?
    var isUp = true
  }

  private let context: PlaneContext
  private let peer: Principal
  private let socketPath: String
  private let reminder: RevocationReminder?

  package init(context: PlaneContext, peer: Principal, socketPath: String, reminder: RevocationReminder? = nil) {
    self.context = context
    self.peer = peer
    self.socketPath = socketPath
    self.reminder = reminder
  }

  package func run() async throws {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await deliverUntilCancelled() }
      group.addTask {
        // Rows become due by time alone after a failure, and a peer comes back unasked.
        while (try? await Task.sleep(for: Self.tick)) != nil { context.courierWake.raise() }
      }
      try? await gracefulShutdown()
      group.cancelAll()
    }
  }

  private func deliverUntilCancelled() async {
    var line = Line()
    for await _ in context.courierWake.signals where !Task.isCancelled {
      do { try await deliverDue(over: &line) } catch {
        context.logger.error("the outbox could not be worked on", metadata: ["error": "\(error)"])
      }
    }
    await line.connection?.close()
  }

  private func deliverDue(over line: inout Line) async throws {
    while !Task.isCancelled {
      guard await connect(&line) else { return }
      let now = context.clock.now().microseconds
      let rows = try context.database.readNow { database in
        // What ends a model is told before what begins one.
        try context.outbox.due(
          nowMicroseconds: now, limit: Self.batch, first: MessageKind.revocationPublish.rawValue, in: database)
      }
      if rows.isEmpty { return }
      for row in rows {
        guard try await deliver(row, over: &line) else { return }
      }
    }
  }

  /// Holds the line also when there is nothing to deliver, so that a peer that starts again is noticed. One that is not there costs a
  /// row nothing: it is asked again at the next tick.
  private func connect(_ line: inout Line) async -> Bool {
    if line.connection?.isOpen == true { return true }
    do {
      let connection = try await FrameClient().connect(path: socketPath)
      try await greet(connection)
      line.connection = connection
      if !line.isUp { try await welcomeBack() }
      line.isUp = true
      return true
    } catch {
      if line.isUp {
        context.logger.notice("the peer is away", metadata: ["peer": "\(peer.id)", "error": "\(error)"])
      }
      (line.connection, line.isUp) = (nil, false)
      return false
    }
  }

  /// Whom we speak to now may have started again since, on an older database. A comparison that fails keeps no delivery waiting.
  private func greet(_ connection: FrameConnection) async throws {
    guard let reminder else { return }
    do {
      try await reminder.remind(PlaneStatus(ask(.planeStatus, [:], over: connection)), context)
    } catch let error as TransportError {
      throw error
    } catch {
      context.logger.error(
        "the peer's revocations could not be compared", metadata: ["peer": "\(peer.id)", "error": "\(error)"])
    }
  }

  /// What had to wait for a peer that could not answer need not wait any longer.
  private func welcomeBack() async throws {
    context.logger.notice("the peer is back", metadata: ["peer": "\(peer.id)"])
    let now = context.clock.now().microseconds
    try await settle { try context.outbox.makeAllDue(nowMicroseconds: now, in: $0) }
  }

  /// False when the peer cannot answer now, so that the rows behind this one need not be tried either.
  private func deliver(_ row: OutboxMessage, over line: inout Line) async throws -> Bool {
    guard let connection = line.connection else { return false }
    do {
      try await exchange(row, over: connection)
      // On a full disk too: the revocations behind this one wait for it to go.
      try await settle(mayUseReserve: isRevocation(row)) { try context.outbox.delivered(row.sequence, in: $0) }
      return true
    } catch let refusal as Refusal where !refusal.code.isTransient && !isRevocation(row) {
      try await park(row, refusal)
      return true
    } catch {
      if isRevocation(row), row.attempts == 0, error is Refusal {
        context.logger.critical(
          "a revocation is refused by the peer", metadata: ["peer": "\(peer.id)", "error": "\(error)"])
      }
      await connection.close()
      line.connection = nil
      context.logger.warning(
        "delivery delayed", metadata: ["peer": "\(peer.id)", "kind": "\(row.kind)", "error": "\(error)"])
      let now = context.clock.now().microseconds
      try await settle(mayUseReserve: isRevocation(row)) {
        try context.outbox.postpone(row.sequence, nowMicroseconds: now, in: $0)
      }
      return false
    }
  }

  /// Never given up: what is wrong with the peer, or with this plane, may be mended, and then the model must end.
  private func isRevocation(_ row: OutboxMessage) -> Bool { row.kind == MessageKind.revocationPublish.rawValue }

  private func exchange(_ row: OutboxMessage, over connection: FrameConnection) async throws {
    guard let kind = MessageKind(rawValue: row.kind), let body = try? StrictJSON.parse(row.body).object else {
      throw Refusal(.malformed, "an outbox row cannot be read")
    }
    _ = try Acceptance(await ask(kind, body, over: connection))
  }

  /// The body of the peer's signed reply.
  private func ask(_ kind: MessageKind, _ body: JSONObject, over connection: FrameConnection) async throws -> JSONObject
  {
    let request = try OutgoingRequest(
      kind, body: body, from: context.principal.id, to: peer.id, signer: context.signer, now: context.clock.now())
    return try request.result(of: await connection.exchange(request.frame, timeout: Self.replyTimeout), from: peer)
  }

  private func park(_ row: OutboxMessage, _ refusal: Refusal) async throws {
    context.logger.critical(
      "\(peer.id) refused a delivery for good",
      metadata: ["kind": "\(row.kind)", "digest": "\(row.digest)", "reason": "\(refusal)"])
    let now = context.clock.now().microseconds
    try await settle { database in
      try context.outbox.park(row.sequence, reason: "\(refusal)", nowMicroseconds: now, in: database)
      try context.record(
        .outboxParked,
        [
          "peer": peer.id.json, "kind": .string(row.kind), "digest": .string(row.digest),
          "code": .string(refusal.code.rawValue),
          "reason": .string(refusal.message),
        ], in: database)
    }
  }

  /// Commits without waking the courier again: it is the courier that commits.
  private func settle(
    mayUseReserve: Bool = false, _ body: @escaping @Sendable (Database) throws -> Void
  ) async throws {
    try await context.database.commit(mayUseReserve: mayUseReserve, body)
  }
}
