import Attestations
import PlaneContract
import Storage
import Transport
import Wire

/// One row that was sent to the peer, and what came of it.
struct Delivery: Sendable {
  enum Outcome {
    case delivered
    /// The peer will not have it, now or later.
    case refused(Refusal)
    /// May pass.
    case failed(any Error)
  }

  let row: OutboxMessage
  let outcome: Outcome

  /// False when the peer cannot answer now, so that the rows behind this one need not be tried either. A signed refusal of this one
  /// row says nothing about them.
  var isAnswered: Bool {
    guard case .failed(let error) = outcome else { return true }
    guard let refusal = error as? Refusal else { return false }
    return refusal.code != .overloaded
  }
}

/// Sends rows to the peer, each as a fresh message, and waits for the signed replies.
struct Dispatch: Sendable {
  static let replyTimeout = Duration.seconds(20)

  let context: PlaneContext
  let peer: Principal

  /// Each connection carries one row at a time. After the first that could not be answered no further row is begun.
  func send(_ rows: [OutboxMessage], over connections: [FrameConnection]) async -> [Delivery] {
    await withTaskGroup(of: (Delivery, FrameConnection).self) { group in
      var waiting = rows[...]
      func begin(over connection: FrameConnection) {
        guard let row = waiting.popFirst() else { return }
        group.addTask { (await deliver(row, over: connection), connection) }
      }
      connections.forEach(begin)
      var deliveries: [Delivery] = []
      for await (delivery, connection) in group {
        deliveries.append(delivery)
        if !delivery.isAnswered { waiting = [] }
        begin(over: connection)
      }
      return deliveries
    }
  }

  private func deliver(_ row: OutboxMessage, over connection: FrameConnection) async -> Delivery {
    do {
      try await exchange(row, over: connection)
      return Delivery(row: row, outcome: .delivered)
    } catch let refusal as Refusal where !row.isRevocation && isForGood(refusal.code) {
      return Delivery(row: row, outcome: .refused(refusal))
    } catch {
      return Delivery(row: row, outcome: .failed(error))
    }
  }

  /// A peer that does not know this plane's key goes by another version of the trust root, until one of the two is reloaded.
  private func isForGood(_ code: ErrorCode) -> Bool { !code.isTransient && code != .unauthenticated }

  private func exchange(_ row: OutboxMessage, over connection: FrameConnection) async throws {
    guard let kind = MessageKind(rawValue: row.kind), let body = try StrictJSON.parse(row.body).object else {
      throw Refusal(.malformed, "an outbox row cannot be read")
    }
    _ = try Acceptance(await ask(kind, body, over: connection))
  }

  /// The body of the peer's signed reply.
  func ask(_ kind: MessageKind, _ body: JSONObject, over connection: FrameConnection) async throws -> JSONObject {
    let request = try OutgoingRequest(
      kind, body: body, from: context.principal.id, to: peer.id, signer: context.signer, now: context.clock.now())
    return try request.result(of: await connection.exchange(request.frame, timeout: Self.replyTimeout), from: peer)
  }
}
