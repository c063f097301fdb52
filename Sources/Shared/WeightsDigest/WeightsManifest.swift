import Signing

/// The list whose SHA-256 is the digest of a directory of weights (DESIGN, section 8): the line
/// `nanda-weights-directory-v1`, then `HEX  SIZE  PATH` for every file in byte order of path, each line ended by a newline.
package struct WeightsManifest: Equatable, Sendable {
  package static let header = "nanda-weights-directory-v1\n"

  package struct Entry: Equatable, Sendable {
    package let path: WeightsPath
    /// In bytes.
    package let size: Int64
    /// Of the file's bytes.
    package let digest: Digest

    package init(path: WeightsPath, size: Int64, digest: Digest) {
      self.path = path
      self.size = size
      self.digest = digest
    }

    var line: String { "\(digest.hex)  \(size)  \(path.text)\n" }
  }

  /// In byte order of path.
  package let entries: [Entry]

  /// Takes the entries in any order; each path stands once.
  package init(_ entries: [Entry]) {
    self.entries = entries.sorted { $0.path < $1.path }
  }

  /// The exact bytes that are hashed.
  package var bytes: [UInt8] {
    entries.reduce(into: Array(Self.header.utf8)) { $0.append(contentsOf: $1.line.utf8) }
  }

  /// The digest of `bytes`, computed line by line, so that a long list is not held twice.
  package func digest() throws -> Digest {
    var hash = StreamingHash()
    hash.update(Array(Self.header.utf8).span)
    for entry in entries { hash.update(Array(entry.line.utf8).span) }
    return try hash.finish()
  }
}
