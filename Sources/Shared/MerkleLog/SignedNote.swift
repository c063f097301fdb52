import Signing

/// A text with signatures under it (C2SP signed-note), read and not yet believed.
package struct UnverifiedNote: Sendable, Equatable, CustomStringConvertible {
  package static let maximumBytes = 16 << 10
  package static let maximumSignatures = 16
  private static let dash = "\u{2014} "

  /// A signature line: whose it says to be, and the bytes of its base64.
  package struct Line: Sendable, Equatable {
    package let name: String
    /// Four bytes that hint at a key, then what that key signed.
    package let bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }

    /// Reads one line without its end; nil when it has not the form of a signature.
    package init?(_ text: some StringProtocol) {
      guard text.hasPrefix(UnverifiedNote.dash) else { return nil }
      let parts = text.dropFirst(UnverifiedNote.dash.count).split(separator: " ", omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[0].utf8.contains(UInt8(ascii: "+")),
        let bytes = Base64.decode(String(parts[1])), bytes.count > NoteKey.idByteCount
      else { return nil }
      self.init(name: String(parts[0]), bytes: bytes)
    }

    package var text: String { "\(UnverifiedNote.dash)\(name) \(Base64.encode(bytes))" }
  }

  /// What is signed, with the end of its last line.
  package let text: String
  package let lines: [Line]

  package init(text: String, lines: [Line]) {
    self.text = text
    self.lines = lines
  }

  /// Reads a note. Throws `NoteError` when it is no note, or over a bound.
  package init(_ note: String) throws(NoteError) {
    let bytes = Array(note.utf8)
    guard bytes.count <= Self.maximumBytes else { throw .malformed("is over \(Self.maximumBytes) bytes") }
    guard bytes.allSatisfy({ $0 >= 0x20 || $0 == UInt8(ascii: "\n") }) else {
      throw .malformed("has a control character")
    }
    let parts = note.split(separator: "\n", omittingEmptySubsequences: false)
    guard parts.last == "", let blank = parts.dropLast().lastIndex(of: ""), blank > 0 else {
      throw .malformed("has no text, blank line and signatures, each line with its end")
    }
    let signatures = parts[(blank + 1)..<(parts.count - 1)]
    guard (1...Self.maximumSignatures).contains(signatures.count) else {
      throw .malformed("has \(signatures.count) signatures; it may have 1 to \(Self.maximumSignatures)")
    }
    var lines: [Line] = []
    for signature in signatures {
      guard let line = Line(signature) else { throw .malformed("has a signature line that is none") }
      lines.append(line)
    }
    text = parts[..<blank].map { "\($0)\n" }.joined()
    self.lines = lines
  }

  package var description: String { "\(text)\n" + lines.map { "\($0.text)\n" }.joined() }
}
