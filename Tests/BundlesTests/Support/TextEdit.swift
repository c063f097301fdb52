import Wire

/// A change of a text that is signed afterwards. What it looks for must be there.
struct TextEdit {
  private let change: (String) throws -> String

  init(_ change: @escaping (String) throws -> String) { self.change = change }

  /// Replaces the first occurrence of one text by another.
  static func replace(_ old: String, _ new: String) -> TextEdit {
    TextEdit { text in
      guard text.contains(old) else { throw BadPaper("no \(old) in \(text)") }
      return text.replacing(old, with: new, maxReplacements: 1)
    }
  }

  func callAsFunction(_ text: String) throws -> String { try change(text) }
}

extension [UInt8] {
  func edited(_ edit: TextEdit?) throws -> [UInt8] {
    guard let edit else { return self }
    return Array(try edit(String(decoding: self, as: UTF8.self)).utf8)
  }
}
