import GRDB
import Ledger
import MerkleLog
import Storage
import Wire

/// `accept-clock`: an operator says that the wall clock is right now, whatever this plane has seen. A plane that saw a time far ahead
/// refuses everything that time has made old, and one whose clock jumped persists no time any more; both end here.
package struct ClockAcceptance: Sendable, CustomStringConvertible {
  package let accepted: Timestamp
  /// The highest time that was on record.
  package let highest: Timestamp?
  /// The time to which the clock had jumped, when it had.
  package let jumped: Timestamp?
  package let evidence: EvidenceID

  /// Works on the database of a plane that is stopped. The state and its evidence are one commit.
  static func accept(in context: PlaneContext) async throws -> ClockAcceptance {
    let now = context.clock.now()
    return try await context.database.commit(mayUseReserve: true) { database in
      let highest = try ClockHighWater.highest(in: database).map(Timestamp.init(microseconds:))
      let jumped = try UnacceptedClockJump.time(in: database).map(Timestamp.init(microseconds:))
      try ClockHighWater.accept(now.microseconds, in: database)
      try UnacceptedClockJump.clear(in: database)
      try ReplayGuard().forgetAhead(
        of: now.adding(seconds: Message.maximumLifetimeSeconds + Message.clockSkewSeconds).microseconds, in: database)
      let evidence = try context.record(
        .clockAccepted,
        [
          "accepted": .string(now.attestationText), "highest": .init(highest?.attestationText),
          "jumped": .init(jumped?.attestationText),
        ], in: database)
      return ClockAcceptance(accepted: now, highest: highest, jumped: jumped, evidence: evidence)
    }
  }

  package var description: String {
    let before = highest.map { "the highest time on record was \($0)" } ?? "no time was on record"
    return "accepted \(accepted); \(before); recorded as \(evidence)"
  }
}
