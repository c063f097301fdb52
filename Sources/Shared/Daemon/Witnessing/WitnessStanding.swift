import Attestations
import GRDB
import Ledger
import MerkleLog
import PlaneContract
import Signing
import Storage
import Synchronization
import Wire

/// Whether this plane and its neighbours manage to compare their logs. That they do not is no dispute, and what is written meanwhile
/// stands under nobody's eyes but its plane's own: after some minutes somebody should look.
package final class WitnessStanding: Sendable {
  /// Planes that have something to show try every minute at least; five times in vain is no bad moment any more.
  package static let patienceSeconds: Int64 = 300

  private struct Failing {
    let since: Timestamp
    let reason: String
  }

  private let failing = Mutex<[Role: Failing]>([:])

  package func compared(_ plane: Role) { failing.withLock { $0[plane] = nil } }

  /// The first of several in a row tells since when.
  package func failed(_ plane: Role, because reason: String, at now: Timestamp) {
    failing.withLock { $0[plane] = Failing(since: $0[plane]?.since ?? now, reason: reason) }
  }

  /// For `plane.status`: the log of a neighbour that could not be compared, or cosigned, for minutes.
  func warning(at now: Timestamp) -> String? {
    failing.withLock { failing in
      failing.sorted { $0.key.rawValue < $1.key.rawValue }.first {
        now.seconds(since: $0.value.since) >= Self.patienceSeconds
      }
      .map { plane, failing in
        "the log of \(plane.planeName) could not be witnessed since \(failing.since): \(failing.reason.clipped(500))"
      }
    }
  }
}

extension PlaneContext {
  /// The same, and the entries of this plane's own log that no other plane has signed for.
  ///
  /// - Parameter start: of this process; what was written before it could be shown only since then.
  func witnessWarning(at now: Timestamp, since start: Timestamp) throws -> String? {
    if let warning = witnessing.warning(at: now) { return warning }
    return try database.readNow { database in
      let cosigned = try ledger.cosigned(in: database)?.checkpoint.size ?? 0
      guard let first = try ledger.entries(from: cosigned, limit: 1, in: database).first else { return nil }
      // An entry that cannot be read is the audit's to report.
      let since = max((try? UnverifiedEntry(first.bytes))?.time ?? start, start)
      guard now.seconds(since: since) >= WitnessStanding.patienceSeconds else { return nil }
      return
        "the \(try ledger.count(in: database) - cosigned) newest entries of this plane's log have no other plane's cosignature, the "
        + "first since \(since): see that its neighbour runs"
    }
  }
}
