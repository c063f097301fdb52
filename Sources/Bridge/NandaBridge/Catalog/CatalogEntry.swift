import AgentFacts
import Signing
import Wire

/// What makes one telling of an agent differ from the next: what it says besides what is new with every decision, and whether the
/// serving plane lets it run, where that is known.
struct News: Sendable, Equatable {
  let facts: Digest
  let mayRun: Bool?

  /// What is kept of what was told.
  var fingerprint: Digest { Self.fingerprint(facts, mayRun: mayRun == true) }

  /// Whether it adds nothing to what was told; that nothing is known at the moment is no news.
  func isKnown(by told: Digest) -> Bool {
    let possible = mayRun.map { [$0] } ?? [true, false]
    return possible.contains { Self.fingerprint(facts, mayRun: $0) == told }
  }

  private static func fingerprint(_ facts: Digest, mayRun: Bool) -> Digest {
    Digest(hashing: facts.bytes + [mayRun ? 1 : 0])
  }
}

/// One agent of the registry, in the words in which it is told of: written once, and put into answers as they are.
struct CatalogEntry: Sendable {
  let key: AgentKey
  /// The governed model that it is, or runs on.
  let model: ModelID
  let isPublic: Bool
  /// While the decisions that it names hold.
  let fresh: AgentDocument
  /// Once they do not hold any more, and nothing newer is known: it certifies nothing, and says since when.
  let stale: AgentDocument
  /// From when on `fresh` is not true any more.
  let freshUntil: Timestamp
  let news: News

  func document(at now: Timestamp) -> AgentDocument { now < freshUntil ? fresh : stale }
}
