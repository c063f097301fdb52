import MerkleLog
import Storage
import Wire

/// Writes refusals into the evidence, at a bounded rate. Those of authenticated senders are entries; those of anybody else
/// are only counted, in memory.
package actor RefusalRecorder {
  private let ledger: any EvidenceLedger
  private let database: PlaneDatabase
  private var rate = RefusalRate()
  private var unauthenticated = UnauthenticatedCount()

  package init(ledger: any EvidenceLedger, database: PlaneDatabase) {
    self.ledger = ledger
    self.database = database
  }

  /// Records one refusal, and what earlier minutes left to say. Throws `StorageError` when the evidence cannot be written;
  /// what failed is then counted and told by a later entry.
  package func record(_ refusal: RefusedRequest, at time: Timestamp) async throws {
    let granted = rate.admit(refusal.principal, at: time)
    do {
      try await write(granted ? refusal : nil, at: time)
    } catch {
      if granted { rate.entryFailed(refusal.principal) }
      throw error
    }
  }

  /// Counts a request whose sender could not be told.
  package func countUnauthenticated(at time: Timestamp) { unauthenticated.count(at: time) }

  /// Requests from nobody we know: in the last full minute, and since the start.
  package func unauthenticatedCounts(at time: Timestamp) -> (lastMinute: Int, total: Int) {
    unauthenticated.counts(at: time)
  }

  /// Writes the aggregates of minutes that are over. A plane calls it once a minute, for the case that no refusal follows.
  package func flush(at time: Timestamp) async throws { try await write(nil, at: time) }

  private func write(_ refusal: RefusedRequest?, at time: Timestamp) async throws {
    let aggregates = rate.takeFinished(at: time)
    guard refusal != nil || !aggregates.isEmpty else { return }
    do {
      try await database.commit { [ledger] database in
        for aggregate in aggregates {
          try ledger.record(
            event: .requestsRefusedAggregate, data: aggregate.data, attestation: nil, time: time, in: database)
        }
        if let refusal {
          try ledger.record(event: .requestRefused, data: refusal.data, attestation: nil, time: time, in: database)
        }
      }
    } catch {
      rate.putBack(aggregates)
      throw error
    }
  }
}

/// A count by the minute that keeps only the last full one.
private struct UnauthenticatedCount {
  private var minute: Int64 = 0
  private var current = 0
  private var last = 0
  private var total = 0

  mutating func count(at time: Timestamp) {
    advance(to: time)
    current += 1
    total += 1
  }

  mutating func counts(at time: Timestamp) -> (lastMinute: Int, total: Int) {
    advance(to: time)
    return (last, total)
  }

  private mutating func advance(to time: Timestamp) {
    let now = time.microseconds / (60 * Timestamp.microsecondsPerSecond)
    guard now != minute else { return }
    last = now == minute + 1 ? current : 0
    current = 0
    minute = now
  }
}
