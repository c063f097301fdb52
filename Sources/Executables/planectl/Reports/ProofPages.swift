import HTML
import MerkleLog
import Signing
import Wire

/// The proofs of a report's lines, at the end of its page: for each line the entry and the tlog-proof that it stands in its log, so that
/// whoever has the page and the planes' keys needs no plane.
struct ProofPages {
  private let items: [(event: LifeEvent, proofs: [ProvenEntry])]

  init(events: [LifeEvent], proofs: [[ProvenEntry]]) { items = zip(events, proofs).map { ($0, $1) } }

  var nodes: [HTMLNode] {
    items.isEmpty ? [] : [.tag("p", [], .text(Self.instructions))] + items.enumerated().map { node($0, $1) }
  }

  /// From a line to its proof, where that is here.
  func link(to index: Int, _ node: HTMLNode) -> HTMLNode {
    items.indices.contains(index) ? .tag("a", [("href", "#\(Self.name(index))")], node) : node
  }

  private func node(_ index: Int, _ item: (event: LifeEvent, proofs: [ProvenEntry])) -> HTMLNode {
    let summary = HTMLNode.tag(
      "summary", [], .tag("code", [], .text(item.event.evidence)), .text(" \(item.event.what)"))
    let texts = item.proofs.flatMap { proven in
      [proven.entryText, proven.text].map { HTMLNode.tag("pre", [], .text($0)) }
    }
    // A browser opens what is closed to show where a link leads, if that is inside.
    return .tag("details", [], summary, .tag("div", [("id", Self.name(index))], all: texts))
  }

  private static func name(_ index: Int) -> String { "proof-\(index + 1)" }

  private static let instructions = """
    Of each line first the entry, then its proof: a c2sp.org/tlog-proof@v1 under the head that the plane has signed and others have \
    cosigned. Save each of the two as a file of its own; verify_log.py proof --printed, of the planes' examples, checks them by the planes' \
    keys in a trust root that you trust.
    """
}

extension ProvenEntry {
  /// The entry in its one spelling, but for invisible characters, which are written as JSON escapes them.
  var entryText: String { ((try? StrictJSON.parse(entry.bytes).object) ?? nil).map(shownJSON) ?? "" }
}
