import MerkleLog
import Signing
import Wire

/// Two heads of one log that cannot both be true. It lasts until the root keys say from where the log is believed again.
package struct LogDispute: Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable {
    /// Two heads with as many entries.
    case fork
    /// Fewer entries than before.
    case shrink
    /// More entries, which do not begin with those before.
    case changedPast = "changed_past"
  }

  package let origin: EvidenceOrigin
  package let kind: Kind
  /// What was believed before, signed by the log's plane unless a reset had set it.
  package let held: RememberedHead
  /// What contradicts it.
  package let shown: RememberedHead
  /// Entries that somebody has seen and that are gone, at least so many; nil where nobody can tell.
  package let missing: Int?
  package let since: Timestamp

  package init(
    of origin: EvidenceOrigin, _ kind: Kind, held: RememberedHead, shown: RememberedHead, missing: Int?,
    since: Timestamp
  ) {
    self.origin = origin
    self.kind = kind
    self.held = held
    self.shown = shown
    self.missing = missing
    self.since = since
  }

  /// The data of its `log_disputed` entry; the two signed heads themselves are kept beside it.
  package var data: JSONObject {
    [
      "log": .string(origin.description), "dispute": .string(kind.rawValue), "held_size": .init(held.checkpoint.size),
      "held_root": .string(held.checkpoint.root.description), "shown_size": .init(shown.checkpoint.size),
      "shown_root": .string(shown.checkpoint.root.description), "missing": missing.map { .init($0) } ?? .null,
    ]
  }

  /// What was seen, for people. An older database looks like each of the three, as its plane goes on writing: none of them alone says
  /// that the plane's key is in the wrong hands.
  package var sentence: String {
    let (old, new) = (held.checkpoint.size, shown.checkpoint.size)
    switch kind {
    case .fork: return "restored or rewritten: it shows another log of \(new) entries than before"
    case .shrink: return "restored or rewritten: it had \(old) entries and shows \(new)"
    case .changedPast: return "restored or rewritten: its \(new) entries do not begin with the \(old) that it had"
    }
  }
}
