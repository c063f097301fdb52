import AgentFacts
import GRDB
import Storage
import Wire

/// What a registry's agents are called by: its id in their handles, its provider's DID in theirs. With other names they are others, and
/// nobody who follows the former ones would ever hear that those are gone.
struct RegistryNames: Sendable, Equatable, CustomStringConvertible {
  let registryID: String
  let providerDID: String

  init(_ registry: Registry) { self.init(registryID: registry.id.text, providerDID: registry.provider.did ?? "") }

  fileprivate init(registryID: String, providerDID: String) {
    self.registryID = registryID
    self.providerDID = providerDID
  }

  var description: String { "@\(registryID) \(providerDID)" }
}

extension DeltaLog {
  /// Says by which names the log calls its agents. One that called them otherwise begins anew: every cursor that it gave out is refused
  /// from now on, and nothing of it is told any more.
  ///
  /// - Returns: the number of changes that are told no more; nil where the log goes on.
  func speak(as names: RegistryNames) async throws -> Int? {
    try await database.commit { database in
      guard try Self.names(in: database) != names else { return nil }
      let count = try Int.fetchOne(database, sql: "SELECT count FROM delta_extent") ?? 0
      try Self.beginAnew(in: database)
      try database.execute(
        sql: "INSERT OR REPLACE INTO registry_names VALUES (1, ?, ?)",
        arguments: [names.registryID, names.providerDID])
      return count > 0 ? count : nil
    }
  }

  private static func names(in database: Database) throws -> RegistryNames? {
    try Row.fetchOne(database, sql: "SELECT registry_id, provider_did FROM registry_names").map {
      RegistryNames(registryID: $0[0], providerDID: $0[1])
    }
  }

  /// The numbers go on, and leave one out: it is nobody's cursor.
  private static func beginAnew(in database: Database) throws {
    guard let last = try last(in: database) else { return }
    for table in ["agent", "delta", "withheld"] { try database.execute(sql: "DELETE FROM \(table)") }
    try database.execute(sql: "UPDATE delta_extent SET count = 0, horizon = ?", arguments: [last + step])
  }
}
