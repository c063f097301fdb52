import Ledger
import PlaneContract
import Storage
import Wire

/// Answers `ledger.get` for any principal: what this plane did and refused, as it was written.
struct LedgerRoute: Sendable {
  /// Bytes of entries in one reply, so that it fits a frame in the base64 of its envelope.
  static let maximumBytes = 400 * 1024

  let context: PlaneContext

  var route: Route {
    .query(.ledgerGet) { request in
      let body: LedgerGet = try request.decoded()
      return .later { try await entries(body).fields }
    }
  }

  private func entries(_ body: LedgerGet) async throws -> LedgerEntries {
    let (stored, size) = try await context.database.read { [context] database in
      (
        try context.ledger.entries(from: body.from, limit: body.limit, in: database),
        try context.ledger.count(in: database)
      )
    }
    var entries: [JSONObject] = []
    var bytes = 0
    for entry in stored {
      bytes += entry.bytes.count
      guard entries.isEmpty || bytes <= Self.maximumBytes else { break }
      entries.append(try parsed(entry))
    }
    return LedgerEntries(entries: entries, next: body.from + entries.count, size: size)
  }

  private func parsed(_ entry: StoredEvidence) throws -> JSONObject {
    guard let object = try? StrictJSON.parse(entry.bytes).object, object.serialized() == entry.bytes else {
      throw StorageError.corrupt("\(context.database.path): evidence entry \(entry.index) is not as it was written")
    }
    return object
  }
}
