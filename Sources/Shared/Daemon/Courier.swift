import Attestations
import Logging
import PlaneContract
import ServiceLifecycle
import Storage
import Transport
import Wire

/// Delivers the outbox to the one peer of this plane, store-and-forward (DESIGN section 1): a fresh message for each attempt, a
/// row removed only on the peer's signed `.result`, transient errors retried with backoff, a refusal parked and shouted about.
///
/// Several rows are on their way at a time, so that both planes make them durable together.
package struct Courier: Service {
  static let batch = 64
  /// Connections to the peer, each with one delivery in flight.
  static let width = 16
  static let tick = Duration.milliseconds(250)
  /// A peer that hangs up and claims to have forgotten everything, again and again, costs this plane no more than this often.
  static let comparisonInterval = Duration.seconds(10)
  /// How often a peer whose trust root is older than ours is asked whether it still is.
  static let rootInterval = Duration.seconds(1)

  /// The connections to the peer, kept from one batch to the next.
  private struct Line {
    var connections: [FrameConnection] = []
    var isUp = true
    /// Whether the revocations of who answers there now have been compared.
    var isCompared = false
    var comparedLast: ContinuousClock.Instant?
    /// The trust root that the peer goes by, as far as it has said so.
    var peerRootVersion = 1
    var askedForRootLast: ContinuousClock.Instant?
  }

  private let context: PlaneContext
  private let role: Role
  private let socketPath: String
  private let reminder: RevocationReminder?
  private let holdsBack: @Sendable (MessageKind) -> Bool

  /// - Parameters:
  ///   - role: the peer's; who holds it is asked of the root in force.
  ///   - holdsBack: whether rows of a kind are not to be sent yet; never asked for a revocation.
  package init(
    context: PlaneContext, peer role: Role, socketPath: String, reminder: RevocationReminder? = nil,
    holdsBack: @escaping @Sendable (MessageKind) -> Bool = { _ in false }
  ) {
    self.context = context
    self.role = role
    self.socketPath = socketPath
    self.reminder = reminder
    self.holdsBack = holdsBack
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
    await close(&line)
  }

  private func deliverDue(over line: inout Line) async throws {
    while !Task.isCancelled, let peer = context.root.plane(role) {
      guard await connect(&line, to: peer, for: 1) else { return }
      let rows = try nextRows(for: line)
      guard !rows.isEmpty, await connect(&line, to: peer, for: rows.count) else { return }
      let deliveries = await Dispatch(context: context, peer: peer).send(rows, over: line.connections)
      try await DeliveryRecord(context: context, peer: peer).settle(deliveries)
      guard deliveries.allSatisfy(\.isAnswered) else { return await close(&line) }
    }
  }

  /// What ends a model is told before what begins one, and apart from it. A peer with an older root would judge by a roster that is no
  /// longer true, and refuse for good what it will take under the new one: until it has that, it is told revocations alone.
  /// Observations go one after another: a window that overtook an earlier one would make that one too late.
  private func nextRows(for line: Line) throws -> [OutboxMessage] {
    let now = context.clock.now().microseconds
    let rows = try context.database.readNow { database in
      try context.outbox.due(
        nowMicroseconds: now, limit: Self.batch, first: MessageKind.revocationPublish.rawValue,
        ordered: MessageKind.observationPublish.rawValue, in: database)
    }
    let revocations = rows.filter(\.isRevocation)
    let isBehind = line.peerRootVersion < context.root.version
    guard revocations.isEmpty && !isBehind else { return revocations }
    return rows.filter { row in MessageKind(rawValue: row.kind).map { !holdsBack($0) } ?? true }
  }

  /// Holds one connection also when there is nothing to deliver, so that a peer that starts again is noticed. One that is not there
  /// costs a row nothing: it is asked again at the next tick.
  private func connect(_ line: inout Line, to peer: Principal, for count: Int) async -> Bool {
    line.connections.removeAll { !$0.isOpen }
    if line.connections.isEmpty { (line.isCompared, line.peerRootVersion) = (false, 1) }
    do {
      while line.connections.count < min(count, Self.width) {
        line.connections.append(try await FrameClient().connect(path: socketPath))
      }
      try await compareRevocations(over: &line, with: peer)
      try await compareRoots(over: &line, with: peer)
      if !line.isUp { try await welcomeBack(peer) }
      line.isUp = true
      return true
    } catch {
      if line.isUp {
        context.logger.notice("the peer is away", metadata: ["peer": "\(peer.id)", "error": "\(error)"])
      }
      line.isUp = false
      await close(&line)
      return false
    }
  }

  /// Whom we speak to now may have started again since, on an older database. A comparison that fails keeps no delivery waiting, and
  /// is tried again.
  private func compareRevocations(over line: inout Line, with peer: Principal) async throws {
    guard let reminder, !line.isCompared, let connection = line.connections.first else { return }
    let now = ContinuousClock.now
    if let last = line.comparedLast, now < last + Self.comparisonInterval { return }
    line.comparedLast = now
    do {
      let status = try await Dispatch(context: context, peer: peer).ask(.planeStatus, [:], over: connection)
      try await reminder.remind(PlaneStatus(status), context)
      line.isCompared = true
    } catch let error as TransportError {
      throw error
    } catch {
      context.logger.error(
        "the peer's revocations could not be compared", metadata: ["peer": "\(peer.id)", "error": "\(error)"])
    }
  }

  private func compareRoots(over line: inout Line, with peer: Principal) async throws {
    guard line.peerRootVersion < context.root.version, let connection = line.connections.first else { return }
    let now = ContinuousClock.now
    if let last = line.askedForRootLast, now < last + Self.rootInterval { return }
    line.askedForRootLast = now
    do {
      let status = try await Dispatch(context: context, peer: peer).ask(.planeStatus, [:], over: connection)
      line.peerRootVersion = try PlaneStatus(status).trustRootVersion
    } catch let error as TransportError {
      throw error
    } catch {
      // A peer with an older root may not know this plane's new key yet, nor this plane the peer's.
      context.logger.notice(
        "the peer's trust root is not known", metadata: ["peer": "\(peer.id)", "error": "\(error)"])
    }
  }

  /// What had to wait for a peer that could not answer need not wait any longer.
  private func welcomeBack(_ peer: Principal) async throws {
    let now = context.clock.now().microseconds
    // Not `context.commit`, which would wake the courier: it is the courier that commits. On a full disk too: a revocation may wait.
    try await context.database.commit(mayUseReserve: true) {
      try context.outbox.makeAllDue(nowMicroseconds: now, in: $0)
    }
    context.logger.notice("the peer is back", metadata: ["peer": "\(peer.id)"])
  }

  private func close(_ line: inout Line) async {
    for connection in line.connections { await connection.close() }
    line.connections = []
  }
}

extension OutboxMessage {
  /// Never given up: what is wrong with the peer, or with this plane, may be mended, and then the model must end.
  var isRevocation: Bool { kind == MessageKind.revocationPublish.rawValue }
}
