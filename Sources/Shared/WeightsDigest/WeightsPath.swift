/// The name of a file of weights relative to its tree, as it stands in the manifest: valid UTF-8 without control
/// characters. Compared, ordered and hashed as bytes, because `String` takes two spellings of "é" for one name and the
/// file system keeps two files.
package struct WeightsPath: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The kernel's PATH_MAX, its final NUL left out.
  static let longest = 4095

  package let text: String

  /// - Parameters:
  ///   - name: one part, as the directory holds it.
  ///   - parent: the directory's own path, nil at the top of the tree.
  /// - Throws: `WeightsError.unusableName`.
  package init(name: [UInt8], in parent: WeightsPath? = nil) throws {
    let bytes = (parent.map { Array($0.text.utf8) + [UInt8(ascii: "/")] } ?? []) + name
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw WeightsError.unusableName(Printable.bytes(bytes), problem: "it is not UTF-8")
    }
    guard !name.contains(where: { $0 < 0x20 || $0 == 0x7f }) else {
      throw WeightsError.unusableName(Printable.bytes(bytes), problem: "it has a control character")
    }
    guard bytes.count <= Self.longest else {
      throw WeightsError.unusableName(Printable.bytes(bytes), problem: "it is longer than \(Self.longest) bytes")
    }
    self.text = text
  }

  private init(trusted text: Substring) { self.text = String(text) }

  /// The directories that lead to this file, outermost first.
  var directories: [WeightsPath] {
    text.utf8.indices.filter { text.utf8[$0] == UInt8(ascii: "/") }.map { WeightsPath(trusted: text[..<$0]) }
  }

  /// How many parts it has.
  var depth: Int { text.utf8.count { $0 == UInt8(ascii: "/") } + 1 }

  package var description: String { text }

  package static func == (left: WeightsPath, right: WeightsPath) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  package static func < (left: WeightsPath, right: WeightsPath) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }

  package func hash(into hasher: inout Hasher) { for byte in text.utf8 { hasher.combine(byte) } }
}
