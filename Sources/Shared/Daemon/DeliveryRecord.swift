import Attestations
import GRDB
import Ledger
import Logging
import MerkleLog
import PlaneContract
import Storage
import Wire

/// Writes down what came of deliveries: a row goes, waits longer, or is kept aside with evidence.
struct DeliveryRecord: Sendable {
  let context: PlaneContext
  let peer: Principal

  /// All in one transaction: what is lost with it is delivered again, and the peer knows it by its digest.
  func settle(_ deliveries: [Delivery]) async throws {
    deliveries.forEach(report)
    let now = context.clock.now().microseconds
    // Not `context.commit`, which would wake the courier: it is the courier that commits.
    // On a full disk too: the revocations behind these wait for them to go.
    let mayUseReserve = deliveries.contains { $0.row.isRevocation }
    try await context.database.commit(mayUseReserve: mayUseReserve) { database in
      for delivery in deliveries { try settle(delivery, nowMicroseconds: now, in: database) }
    }
  }

  private func settle(_ delivery: Delivery, nowMicroseconds now: Int64, in database: Database) throws {
    let row = delivery.row
    switch delivery.outcome {
    case .delivered: try context.outbox.delivered(row.sequence, in: database)
    case .failed: try context.outbox.postpone(row.sequence, nowMicroseconds: now, in: database)
    case .refused(let refusal):
      try context.outbox.park(row.sequence, reason: "\(refusal)", nowMicroseconds: now, in: database)
      try context.record(.outboxParked, evidence(of: refusal, for: row), in: database)
    }
  }

  private func evidence(of refusal: Refusal, for row: OutboxMessage) -> JSONObject {
    [
      "peer": peer.id.json, "kind": .string(row.kind), "digest": .string(row.digest),
      "code": .string(refusal.code.rawValue), "reason": .string(refusal.message),
    ]
  }

  private func report(_ delivery: Delivery) {
    let row = delivery.row
    switch delivery.outcome {
    case .delivered: return
    case .refused(let refusal):
      context.logger.critical(
        "\(peer.id) refused a delivery for good",
        metadata: ["kind": "\(row.kind)", "digest": "\(row.digest)", "reason": "\(refusal)"])
    case .failed(let error):
      if row.isRevocation, row.attempts == 0, error is Refusal {
        context.logger.critical(
          "a revocation is refused by the peer", metadata: ["peer": "\(peer.id)", "error": "\(error)"])
      }
      context.logger.warning(
        "delivery delayed", metadata: ["peer": "\(peer.id)", "kind": "\(row.kind)", "error": "\(error)"])
    }
  }
}
