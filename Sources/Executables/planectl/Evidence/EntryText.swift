import Attestations
import MerkleLog
import Signing
import Wire

/// Entries as a person reads them: a line each where the terminal is wide enough, else what an entry says stands below its name.
struct EntryText {
  /// Entries of a kind that has a longer name push what follows to the right.
  private static let eventWidth = 24
  private static let indentation = String(repeating: " ", count: 8)
  private static let longestValue = 300

  /// Columns of the terminal; nil for a file or a pipe, which have no edge.
  let width: Int?

  static let heading = line("INDEX", "TIME", "EVENT", "WHAT IT SAYS")

  func lines(_ entry: UnverifiedEntry) -> [String] {
    let words = Self.words(of: entry)
    let whole = Self.line(
      "\(entry.index)", entry.time.wholeSeconds.attestationText, entry.event, words.joined(separator: " "))
    guard let width, whole.count > width else { return [whole] }
    let head = Self.line("\(entry.index)", entry.time.wholeSeconds.attestationText, entry.event, "")
    return [head] + Self.wrapped(words, width: width - Self.indentation.count).map { Self.indentation + $0 }
  }

  /// The model first, then `name=value` of everything else that is set. A value that could be taken for more than one stands in
  /// quotes, as JSON writes it.
  static func words(of entry: UnverifiedEntry) -> [String] {
    let model = entry.data["model_id"]?.string.map { [quoted($0)] } ?? []
    let others = entry.data.members.filter { $0.key != "model_id" && !$0.value.isNull }
    return (model + others.map { "\(quoted($0.key))=\(value($0.value))" }).map(shown)
  }

  private static func value(_ value: JSONValue) -> String {
    switch value {
    case .string(let text): Digest(text).map(\.short) ?? quoted(text)
    case .array(let items): items.isEmpty ? "none" : items.map(Self.value).joined(separator: ",").clipped(longestValue)
    default: value.jsonText.clipped(longestValue)
    }
  }

  private static func quoted(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && text.utf8.allSatisfy { byte in
        byte > 0x20 && byte < 0x7f && !"\"=,{}[]".utf8.contains(byte)
      }
    return isPlain ? text : JSONValue.string(text.clipped(longestValue)).jsonText
  }

  private static func line(_ index: String, _ time: String, _ event: String, _ words: String) -> String {
    let indexWidth = 7
    let timeWidth = 25
    let parts = [
      String(repeating: " ", count: max(indexWidth - index.count, 0)) + index,
      padded(time, timeWidth), words.isEmpty ? shown(event) : padded(shown(event), eventWidth), words,
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: "  ")
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 0))
  }

  private static func wrapped(_ words: [String], width: Int) -> [String] {
    var lines: [String] = []
    for word in words {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(word)
      }
    }
    return lines
  }
}
