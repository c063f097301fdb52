import Ledger
import Storage

/// The tables that every plane has, for the first of its migrations.
package enum PlaneSchema {
  package static let sharedTables = [
    ReplayGuard.migrationSQL, ClockHighWater.migrationSQL, Outbox.migrationSQL, SQLiteEvidenceLedger.migrationSQL,
  ].joined(separator: "\n")

  /// For a later migration of every plane.
  package static let clockJump = UnacceptedClockJump.migrationSQL

  /// For a later migration of every plane.
  package static func merkleLog(_ number: Int) -> Migration {
    Migration(number, "the evidence as a Merkle log", apply: SQLiteEvidenceLedger.addTree)
  }

  /// For a later migration of every plane.
  package static func witnessing(_ number: Int) -> Migration {
    Migration(
      number, "logs that planes have seen of each other",
      sql: WitnessMemory.migrationSQL + LogResets.migrationSQL + WitnessEvidence.migrationSQL)
  }

  /// For a later migration of every plane.
  package static func overruledHeads(_ number: Int) -> Migration {
    Migration(number, "heads that a reset has overruled", sql: WitnessMemory.overruledHeadsSQL)
  }
}
