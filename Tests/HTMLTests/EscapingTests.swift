import HTML
import Testing

@Suite struct EscapingTests {
  /// U+0D4E and U+111C2 make one character of themselves and the next letter, U+0301 of itself and the one before.
  @Test("a letter that joins with markup does not carry it into the page", arguments: ["<", ">", "&", "\"", "'"])
  func joinedMarkup(_ mark: String) {
    for text in ["\u{D4E}\(mark)", "\u{111C2}\(mark)", "\(mark)\u{301}", "a\(mark)b"] {
      let bare = HTMLNode.tag("p", [("title", text)], .text(text)).markup
        .replacing("<p title=\"", with: "").replacing("\">", with: "").replacing("</p>", with: "")
      let left = bare.unicodeScalars.filter { "<>\"'".unicodeScalars.contains($0) }
      #expect(left.isEmpty, "\(bare)")
      #expect(bare.unicodeScalars.filter { $0 == "&" }.count == 2, "each place has one reference: \(bare)")
    }
  }

  @Test func otherTextStaysAsItIs() {
    #expect(HTMLNode.text("iris-v1, λ, 日本").markup == "iris-v1, λ, 日本")
  }
}
