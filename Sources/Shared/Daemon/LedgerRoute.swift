import GRDB
import Ledger
import PlaneContract
import Storage
import Wire

/// Answers `ledger.get` for any principal: what this plane did and refused, as it was written.
struct LedgerRoute: Sendable {
  /// Bytes of entries in one reply, so that it fits a frame in the base64 of its envelope.
  static let maximumBytes = 400 * 1024
  /// Entries read at a time: what does not fit the reply is hardly read at all.
  private static let batch = 16

  let context: PlaneContext

  var route: Route {
    .query(.ledgerGet) { request in
      let body: LedgerGet = try request.decoded()
      return .later { try await entries(body).fields }
    }
  }

  private func entries(_ body: LedgerGet) async throws -> LedgerEntries {
    let (stored, size) = try await context.database.read { database in
      (try fitting(body, in: database), try context.ledger.count(in: database))
    }
    let entries = try stored.map(parsed)
    return LedgerEntries(entries: entries, next: body.from + entries.count, size: size)
  }

  /// The entries that were asked for, as many as fit one reply.
  private func fitting(_ body: LedgerGet, in database: Database) throws -> [StoredEvidence] {
    var (found, bytes): ([StoredEvidence], Int) = ([], 0)
    while found.count < body.limit {
      let limit = min(Self.batch, body.limit - found.count)
      let next = try context.ledger.entries(from: body.from + found.count, limit: limit, in: database)
      for entry in next {
        bytes += entry.bytes.count
        guard found.isEmpty || bytes <= Self.maximumBytes else { return found }
        found.append(entry)
      }
      guard next.count == limit else { return found }
    }
    return found
  }

  private func parsed(_ entry: StoredEvidence) throws -> JSONObject {
    guard let object = try? StrictJSON.parse(entry.bytes).object, object.serialized() == entry.bytes else {
      throw StorageError.corrupt("\(context.database.path): evidence entry \(entry.index) is not as it was written")
    }
    return object
  }
}
