/// Text from others as it is shown to people: what could move the cursor, reorder or hide what stands around it is written as
/// `\u{202e}`. Letters of every script stay.
package func shown(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    if isPlain(scalar) {
      result.unicodeScalars.append(scalar)
    } else {
      result += "\\u{\(String(scalar.value, radix: 16))}"
    }
  }
  return result
}

/// A JSON object as text in which the same characters are spelled as JSON spells them, `\u202e`: it means what it meant, and does
/// nothing to the terminal it is printed on.
package func shownJSON(_ object: JSONObject) -> String {
  var result = ""
  for scalar in JSONValue.object(object).jsonText.unicodeScalars {
    if isPlain(scalar) {
      result.unicodeScalars.append(scalar)
    } else {
      // Outside strings JSON is ASCII, so this one stands in a string.
      for unit in String(scalar).utf16 { result += "\\u" + padded(String(unit, radix: 16)) }
    }
  }
  return result
}

private func padded(_ hex: String) -> String { String(repeating: "0", count: 4 - hex.count) + hex }

/// Format characters are the bidi controls, joiners and other invisible ones; the Unicode line breaks have categories of their own.
private func isPlain(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
  default: true
  }
}
