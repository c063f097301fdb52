import Foundation
import Signing
import Synchronization
import TestSupport
import Testing
import Wire

@testable import WeightsDigest

/// The known answer that other programs compute too: `weights_directory` of the vectors.
private let knownManifest = """
  nanda-weights-directory-v1
  cd2eb0837c9b4c962c22d2ff8b5441b7b45805887f051d39bf133b583baf6860  3  Z
  2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824  5  a
  b413f47d13ee2fe6c845b2ee141af81de858df4ec549a58b7970bb96645bc8d2  2  dir/.hidden
  e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  0  dir/b

  """
private let knownDigest = "sha256:80b166a50ab225ee06a1427d522ed39d85671fb8d83361cd026dc165d0e0e522"

private func knownTree() throws -> TemporaryTree {
  let tree = try TemporaryTree()
  try tree.write("hello", to: "a")
  try tree.write("", to: "dir/b")
  try tree.write([0, 1], to: "dir/.hidden")
  try tree.write("xxx", to: "Z")
  return tree
}

@Suite struct WeightsDigestTests {
  @Test func aDirectoryHasTheDigestOfTheKnownVector() throws {
    let tree = try knownTree()
    let fingerprint = try WeightsHasher().hash(path: tree.path)
    #expect(fingerprint.digest.description == knownDigest)
    #expect(fingerprint.kind == .directory)
    #expect(fingerprint.byteCount == 10)
    #expect(fingerprint.fileCount == 4)
  }

  @Test func theManifestHasTheBytesOfTheKnownVectorInWhateverOrderItsEntriesCome() throws {
    let files: [(String, [UInt8])] = [
      ("dir/b", []), ("a", Array("hello".utf8)), ("dir/.hidden", [0, 1]), ("Z", Array("xxx".utf8)),
    ]
    let manifest = WeightsManifest(
      try files.map { path, bytes in
        WeightsManifest.Entry(
          path: try WeightsPath(name: Array(path.utf8)), size: Int64(bytes.count), digest: Digest(hashing: bytes))
      })
    #expect(String(decoding: manifest.bytes, as: UTF8.self) == knownManifest)
    #expect(try manifest.digest().description == knownDigest)
    #expect(try manifest.digest() == Digest(hashing: manifest.bytes))
  }

  @Test(arguments: [0, 1, 5, 1 << 20, 3 << 20 | 1])
  func aFileHasTheDigestOfItsBytesWhateverItsName(size: Int) throws {
    let tree = try TemporaryTree()
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try tree.write(bytes, to: "model.bin")
    let fingerprint = try WeightsHasher().hash(path: tree / "model.bin")
    #expect(fingerprint.digest == Digest(hashing: bytes))
    #expect(fingerprint.kind == .file)
    #expect(fingerprint.byteCount == Int64(size))
  }

  @Test func manyFilesReadAtOnceHaveTheDigestOfThoseReadInTurn() throws {
    let tree = try TemporaryTree()
    for index in 0..<300 { try tree.write(String(repeating: "x", count: index * 37), to: "\(index % 7)/part-\(index)") }
    let inTurn = try WeightsHasher(width: 1).hash(path: tree.path)
    for width in [2, 3, 16] {
      #expect(try WeightsHasher(width: width).hash(path: tree.path) == inTurn)
    }
    #expect(inTurn.fileCount == 300)
  }

  @Test func twoSpellingsOfOneCharacterAreTwoFiles() throws {
    let tree = try TemporaryTree()
    try tree.write("one", to: "\u{e9}")
    let alone = try WeightsHasher().hash(path: tree.path)
    try tree.write("two", to: "e\u{301}")
    let both = try WeightsHasher().hash(path: tree.path)
    #expect(both.fileCount == 2)
    #expect(both.digest != alone.digest)
    #expect(try WeightsPath(name: Array("\u{e9}".utf8)) != WeightsPath(name: Array("e\u{301}".utf8)))
  }

  @Test func pathsAreOrderedAsBytesAndNotDirectoryByDirectory() throws {
    let names = ["a/b", "a-b", "a.b", "a", "B", "é", "z"]
    let sorted = try names.map { try WeightsPath(name: Array($0.utf8)) }.sorted()
    #expect(sorted.map(\.text) == ["B", "a", "a-b", "a.b", "a/b", "z", "é"])
  }

  @Test func aDirectoryWithoutFilesDoesNotCount() throws {
    let tree = try knownTree()
    try tree.makeDirectory("empty/inside")
    #expect(try WeightsHasher().hash(path: tree.path).digest.description == knownDigest)
  }

  @Test func movingOneByteBetweenFilesChangesTheDigest() throws {
    let tree = try TemporaryTree()
    try tree.write("ab", to: "1")
    try tree.write("c", to: "2")
    let before = try WeightsHasher().hash(path: tree.path).digest
    try tree.write("a", to: "1")
    try tree.write("bc", to: "2")
    #expect(try WeightsHasher().hash(path: tree.path).digest != before)
  }

  @Test(arguments: [1, 4])
  func progressNeverFallsAndEndsAtTheTotal(width: Int) throws {
    let tree = try TemporaryTree()
    for index in 0..<8 { try tree.write([UInt8](repeating: 7, count: 1 << 20 | index), to: "part-\(index)") }
    let expected: Int64 = (8 << 20) + 28
    let reports = Mutex<[Int64]>([])
    let hasher = WeightsHasher(width: width) { done, total in
      #expect(total == expected)
      reports.withLock { $0.append(done) }
    }
    _ = try hasher.hash(path: tree.path)
    let seen = reports.withLock { $0 }
    #expect(seen == seen.sorted())
    #expect(seen.first == 0)
    #expect(seen.last == expected)
  }

  @Test func whatProgressThrowsEndsTheReading() throws {
    let tree = try knownTree()
    #expect(throws: CancellationError.self) {
      try WeightsHasher { _, _ in throw CancellationError() }.hash(path: tree.path)
    }
  }
}
