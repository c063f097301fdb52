import HTML
import Wire

/// A verdict in one word, with a sign before it that nobody has to hear.
enum Mark {
  case yes(String)
  case no(String)
  /// It is not known, or was not looked at.
  case open(String)
  /// It holds, and wants somebody's attention.
  case care(String)

  var node: HTMLNode {
    let (style, sign, word) = parts
    return .tag(
      "span", [("class", "mark \(style)")], .tag("span", [("aria-hidden", "true")], .text("\(sign) ")), .text(word))
  }

  private var parts: (style: String, sign: String, word: String) {
    switch self {
    case .yes(let word): ("yes", "✓", word)
    case .no(let word): ("no", "✗", word)
    case .open(let word): ("open", "?", word)
    case .care(let word): ("care", "!", word)
    }
  }
}

extension HTMLNode {
  /// A moment to the second: `2026-01-02 03:04:05 UTC`.
  static func moment(_ time: Timestamp) -> HTMLNode {
    .tag("time", [("datetime", time.attestationText)], .text(Words.moment(time)))
  }

  /// The same to the minute, for narrow columns: `2026-01-02 03:04 UTC`.
  static func minute(_ time: Timestamp) -> HTMLNode {
    .tag("time", [("datetime", time.attestationText)], .text(Words.minute(time)))
  }

  static func paragraph(_ parts: HTMLNode...) -> HTMLNode { .tag("p", all: parts) }

  /// A line below another one, of less weight.
  static func sub(_ parts: HTMLNode...) -> HTMLNode { .tag("span", [("class", "sub")], all: parts) }

  static func code(_ text: String) -> HTMLNode { .tag("code", [], .text(text)) }
}

/// Turns of phrase that several pages use.
enum Words {
  static func moment(_ time: Timestamp) -> String { text(time, count: 19) }
  static func minute(_ time: Timestamp) -> String { text(time, count: 16) }

  /// - Parameter count: characters of the time's text.
  private static func text(_ time: Timestamp, count: Int) -> String {
    String(time.attestationText.prefix(count)).replacing("T", with: " ") + " UTC"
  }

  /// `a`, `a and b`, `a, b and c`.
  static func list(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "nothing" }
    return words.dropLast().joined(separator: ", ") + " and \(last)"
  }

  /// `in 12 days`, to the whole unit below; `now` once it is over.
  static func remaining(until end: Timestamp, from now: Timestamp) -> String {
    let seconds = end.seconds(since: now)
    guard seconds > 0 else { return "now" }
    for (name, length) in [("day", Int64(86_400)), ("hour", 3600), ("minute", 60)] where seconds >= 2 * length {
      return "in \(seconds / length) \(name)s"
    }
    return "in \(count(seconds, "second"))"
  }

  static func count(_ number: some BinaryInteger, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}
