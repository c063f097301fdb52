/// Text from others made safe to show on one line of a log or a terminal.
package enum LogText {
  /// Replaces what could move a cursor, begin a line or reorder text by `\u{…}` escapes, and cuts after `limit` characters
  /// (Unicode scalars).
  package static func escaped(_ text: String, limit: Int = 1000) -> String {
    var result = String.UnicodeScalarView()
    for (count, scalar) in text.unicodeScalars.enumerated() {
      guard count < limit else {
        result.append("…")
        break
      }
      if isSafe(scalar) { result.append(scalar) } else { result.append(contentsOf: escape(scalar).unicodeScalars) }
    }
    return String(result)
  }

  /// The same for the value of `key=value`: in quotes when it would not be told apart otherwise.
  static func value(_ text: String, limit: Int = 1000) -> String {
    let escaped = escaped(text, limit: limit)
    let isPlain = !escaped.isEmpty && !escaped.contains { $0 == " " || $0 == "\"" || $0 == "=" }
    return isPlain
      ? escaped : "\"\(escaped.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\""))\""
  }

  private static func isSafe(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "\\" { return false }
    switch scalar.properties.generalCategory {
    // Format covers the bidi controls and zero-width characters.
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return false
    default: return true
    }
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    case "\\": "\\\\"
    default: "\\u{\(String(scalar.value, radix: 16))}"
    }
  }
}
