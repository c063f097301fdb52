/// Text from others as it is shown to people: what could move the cursor, reorder or hide what stands around it is written as
/// `\u{202e}`. Letters of every script stay.
func shown(_ text: String) -> String {
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

/// Format characters are the bidi controls, joiners and other invisible ones; the Unicode line breaks have categories of their own.
private func isPlain(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
  default: true
  }
}
