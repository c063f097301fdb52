import Attestations
import PlaneContract
import Signing
import Wire

/// The evidence of one plane, read on from an index.
struct EventFeed: Sendable {
  /// What an entry may hold: of another member of its own a plane could make another plane's name.
  private static let members = ["v", "index", "time", "event", "data", "attestation_digest"]

  let plane: Role
  let session: Session
  /// Of version 1 of the trust root, which names the logs of an installation.
  let rootDigest: Digest

  /// How many entries there are now: where a follower without a cursor begins.
  func size() async throws -> Int { try await ask(from: 0, limit: 1).size }

  /// The entries from `index` on, as many as the plane gives at a time.
  ///
  /// - Throws: `Failure.unverified` when the log is shorter than what was read of it before, or its entries are not in order.
  func events(from index: Int) async throws -> [WatchedEvent] {
    let page = try await ask(from: index, limit: LedgerGet.limits.upperBound)
    guard page.size >= index else {
      throw Failure.unverified(
        "\(plane.planeName)'s evidence has \(page.size) entries, and \(index) were read before: it was restored or rewritten",
        hint: "find out which; to follow it anew, move the cursor file away")
    }
    return try page.entries.enumerated().map { offset, entry in
      guard entry["index"]?.int == index + offset else {
        throw Failure.unverified("\(plane.planeName) answered with an entry that is not number \(index + offset)")
      }
      if let strange = entry.members.first(where: { !Self.members.contains($0.key) }) {
        throw Failure.unverified(
          "\(plane.planeName)'s entry \(index + offset) holds \(strange.key.clipped(64)), which no entry has")
      }
      let id = "\(rootDigest.hex.prefix(16))/\(plane.planeName)#\(index + offset)"
      return WatchedEvent(plane: plane, id: id, index: index + offset, entry: entry)
    }
  }

  private func ask(from index: Int, limit: Int) async throws -> LedgerEntries {
    let answer: Answer<LedgerEntries> = try await session.ask(
      plane, .ledgerGet, LedgerGet.entries(from: index, limit: limit).fields)
    return answer.value
  }
}
