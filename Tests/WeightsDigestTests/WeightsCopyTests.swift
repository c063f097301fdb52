import Foundation
import Glibc
import Signing
import TestSupport
import Testing

@testable import WeightsDigest

@Suite struct WeightsCopyTests {
  private let tree: TemporaryTree
  private let destination: Descriptor

  init() throws {
    tree = try TemporaryTree()
    try tree.write("hello", to: "weights/a")
    try tree.write([UInt8](repeating: 9, count: 2 << 20), to: "weights/deep/er/b")
    try tree.makeDirectory("weights/empty")
    try tree.makeDirectory("copy")
    destination = try Descriptor.directory(following: tree / "copy")
  }

  private func mode(_ name: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: tree / name)[.posixPermissions] as? Int
  }

  @Test func theCopyOfATreeHasTheDigestThatTheCopyingGave() throws {
    let copied = try WeightsHasher().copy(WeightsSource(path: tree / "weights"), into: destination)
    #expect(try WeightsHasher().hash(path: tree / "copy") == copied)
    #expect(try WeightsHasher().hash(path: tree / "weights") == copied)
  }

  @Test func theCopyOfAFileKeepsItsName() throws {
    let copied = try WeightsHasher().copy(WeightsSource(path: tree / "weights/a"), into: destination)
    #expect(copied.digest == Digest(hashing: Array("hello".utf8)))
    #expect(try WeightsHasher().hash(path: tree / "copy/a") == copied)
    #expect(try FileManager.default.contentsOfDirectory(atPath: tree / "copy") == ["a"])
  }

  /// Whoever serves the weights passes through here, and the unit of the plane that makes it has a umask for its secrets.
  @Test func aShelfIsOpenToThoseWhoReachItWhateverTheUmask() throws {
    let mask = umask(0o077)
    defer { umask(mask) }
    _ = try destination.openingOrMakingDirectory("shelf")
    #expect(try mode("copy/shelf") == 0o755)
  }

  @Test func theCopyIsReadOnly() throws {
    _ = try WeightsHasher().copy(WeightsSource(path: tree / "weights"), into: destination)
    #expect(try mode("copy") == 0o555)
    #expect(try mode("copy/deep/er") == 0o555)
    #expect(try mode("copy/deep/er/b") == 0o444)
  }

  @Test func directoriesThatTheDigestDoesNotCoverAreNotCopied() throws {
    _ = try WeightsHasher().copy(WeightsSource(path: tree / "weights"), into: destination)
    #expect(!FileManager.default.fileExists(atPath: tree / "copy/empty"))
  }

  @Test func copyingOverAFileThatIsThereIsRefused() throws {
    try tree.write("precious", to: "copy/a")
    let error = #expect(throws: FileSystemError.self) {
      try WeightsHasher().copy(WeightsSource(path: tree / "weights/a"), into: destination)
    }
    #expect(error?.isTaken == true)
    #expect(try String(contentsOfFile: tree / "copy/a", encoding: .utf8) == "precious")
  }

  @Test func aFullDiskIsSaidToBeFull() throws {
    let full = Descriptor(number: open("/dev/full", O_WRONLY | O_CLOEXEC), path: "/dev/full")
    let error = #expect(throws: FileSystemError.self) { try full.write([1, 2, 3].span) }
    #expect(error?.isOutOfSpace == true)
    #expect(error?.description.contains("free space") == true)
  }
}
