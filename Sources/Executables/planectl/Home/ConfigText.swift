import Wire

/// The texts of a config, as the program that it belongs to reads them: `key: value`, each on one line, at the left margin or indented below
/// a section. `planectl` links no YAML library, so whatever is written in another way is refused and never half understood.
struct ConfigText {
  private struct Line {
    let indent: Int
    let text: Substring

    /// What stands before the colon, where that is a plain word.
    var key: Substring? {
      guard let colon = text.firstIndex(of: ":") else { return nil }
      let (key, rest) = (text[..<colon], text[text.index(after: colon)...])
      let isWord = key.utf8.allSatisfy { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || $0 == UInt8(ascii: "_") }
      return isWord && !key.isEmpty && (rest.isEmpty || rest.first == " ") ? key : nil
    }

    /// What stands behind the colon of `key`.
    var value: Substring { text.dropFirst((key?.count ?? 0) + 1).trimmed }
  }

  let path: String
  /// Without those that are empty or hold a comment.
  private let lines: [Line]

  /// - Throws: `FileSystemError` when the caller may not read it, or it is not there.
  init(path: String) throws {
    self.path = path
    lines = String(decoding: try TextFile.read(path), as: UTF8.self).split(whereSeparator: \.isNewline).map { line in
      let text = line.drop { $0 == " " }
      return Line(indent: line.count - text.count, text: text.trimmed)
    }.filter { !$0.text.isEmpty && $0.text.first != "#" }
  }

  /// - Throws: `Failure` where there is none, or one that is not understood.
  func value(of key: String) throws -> String {
    guard let value = try optional(key) else { throw failure(key, "is missing") }
    return value
  }

  /// - Returns: nil where the file has no such key.
  func optional(_ key: String) throws -> String? { try text(key, key, in: lines[...]) }

  func value(of key: String, below section: String) throws -> String {
    let name = "\(section).\(key)"
    guard let start = try position(section, section, in: lines[...]), lines[start].value.withoutComment.isEmpty,
      let value = try text(key, name, in: block(below: start))
    else { throw failure(name, "is missing, or not on a line of its own") }
    return value
  }

  func failure(_ name: String, _ problem: String) -> Failure {
    .refused(
      "\(path): \(name): \(problem)",
      hint: "planectl reads one plain `key: value` to a line, as the shipped config has them")
  }

  private func text(_ key: String, _ name: String, in lines: ArraySlice<Line>) throws -> String? {
    guard let position = try position(key, name, in: lines) else { return nil }
    guard block(below: position).isEmpty, let value = lines[position].value.plainScalar else {
      throw failure(name, "is not a plain text on one line")
    }
    return value
  }

  /// Where the line of a key is among those at the margin of `lines`; an item of a list may stand at the margin too.
  private func position(_ key: String, _ name: String, in lines: ArraySlice<Line>) throws -> Int? {
    let margin = lines.first?.indent
    let siblings = lines.indices.filter { lines[$0].indent == margin && lines[$0].text.first != "-" }
    guard siblings.allSatisfy({ lines[$0].key != nil }) else {
      throw failure(name, "cannot be told, because other lines beside it are not plain")
    }
    return siblings.first { lines[$0].key.map(String.init) == key }
  }

  /// The lines that are indented more than the one at `position`.
  private func block(below position: Int) -> ArraySlice<Line> {
    lines[(position + 1)...].prefix { $0.indent > lines[position].indent }
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    var text = drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }

  fileprivate var withoutComment: Substring {
    if first == "#" { return "" }
    return firstRange(of: " #").map { self[..<$0.lowerBound].trimmed } ?? self
  }

  /// A plain or quoted YAML scalar without escapes, and not null; nil for all else.
  fileprivate var plainScalar: String? {
    if let quote = first, quote == "\"" || quote == "'" {
      let rest = dropFirst()
      guard let end = rest.firstIndex(of: quote), end > rest.startIndex, !rest[..<end].contains("\\") else {
        return nil
      }
      return rest[rest.index(after: end)...].trimmed.withoutComment.isEmpty ? String(rest[..<end]) : nil
    }
    let text = withoutComment
    guard let first = text.first, !"&*!|>{}[]%@`,?-".contains(first), !text.contains(": "), text.last != ":",
      !["~", "null", "Null", "NULL"].contains(text)
    else { return nil }
    return String(text)
  }
}
