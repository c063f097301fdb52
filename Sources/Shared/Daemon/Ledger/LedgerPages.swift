import GRDB
import Ledger
import PlaneContract
import Storage
import Wire

/// The evidence in pages, as much of it as fits a reply.
struct LedgerPages: Sendable {
  /// Bytes of entries in one reply, so that it fits a frame in the base64 of its envelope.
  static let maximumBytes = 400 * 1024
  /// Entries read at a time: what does not fit the reply is hardly read at all.
  private static let batch = 16

  let context: PlaneContext

  func page(_ from: Int, limit: Int) async throws -> LedgerEntries {
    let (stored, size) = try await context.database.read { database in
      (try fitting(from, limit: limit, in: database), try context.ledger.count(in: database))
    }
    let entries = try stored.map { try $0.object(from: context.database.path) }
    return LedgerEntries(entries: entries, next: from + entries.count, size: size)
  }

  /// The entries that were asked for, as many as fit one reply.
  private func fitting(_ from: Int, limit: Int, in database: Database) throws -> [StoredEvidence] {
    var (found, bytes): ([StoredEvidence], Int) = ([], 0)
    while found.count < limit {
      let batch = min(Self.batch, limit - found.count)
      let next = try context.ledger.entries(from: from + found.count, limit: batch, in: database)
      for entry in next {
        bytes += entry.bytes.count
        guard found.isEmpty || bytes <= Self.maximumBytes else { return found }
        found.append(entry)
      }
      guard next.count == batch else { return found }
    }
    return found
  }
}
