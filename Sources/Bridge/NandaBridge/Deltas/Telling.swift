import AgentFacts
import Signing
import Wire

/// What followers are told when the agents that are listed are not those that they were told of.
struct Telling: Sendable {
  /// What was told of each agent so far.
  let told: [AgentKey: ToldAgent]
  /// Agents that the config names.
  let agents: [AgentKey]

  /// The changes, in the order of keys. What goes is told of by the last words on it, which certify nothing any more.
  func changes(_ entries: [CatalogEntry], log: DeltaLog) async throws -> [AgentChange] {
    let listed = entries.filter(\.isPublic)
    var changes = listed.compactMap(upsert)
    let keys = Set(listed.map(\.key))
    let hidden = Set(entries.map(\.key)).subtracting(keys)
    for (key, last) in told where last.action == .upsert && !keys.contains(key) {
      guard let document = try await log.lastWord(on: key) else { continue }
      let action = action(for: key, hidden: hidden)
      changes.append(
        AgentChange(
          key: key, action: action, document: try document.withdrawn(), fingerprint: last.fingerprint))
    }
    return changes.sorted { $0.key < $1.key }
  }

  private func upsert(_ entry: CatalogEntry) -> AgentChange? {
    if let last = told[entry.key], last.action == .upsert, entry.news.isKnown(by: last.fingerprint) { return nil }
    return AgentChange(
      key: entry.key, action: .upsert, document: entry.fresh, fingerprint: entry.news.fingerprint)
  }

  /// What is listed no more because it may not run is revoked; what is private now, or was taken out of the config, is gone.
  private func action(for key: AgentKey, hidden: Set<AgentKey>) -> DeltaAction {
    if hidden.contains(key) { return .delete }
    return key.namespace == .models || agents.contains(key) ? .revoke : .delete
  }
}

extension AgentDocument {
  /// The same document with nothing in it that certifies.
  func withdrawn() throws -> AgentDocument {
    var fields: JSONObject = [:]
    for member in try StrictJSON.parse(json).object?.members ?? [] {
      fields.append(member.key, ["certification", "proof"].contains(member.key) ? .null : member.value)
    }
    return AgentDocument(key: key, json: fields.serialized())
  }
}
