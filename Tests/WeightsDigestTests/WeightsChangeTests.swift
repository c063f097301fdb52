import Foundation
import Synchronization
import TestSupport
import Testing

@testable import WeightsDigest

/// Weights that change under the reader. The first report of progress comes after the tree was walked and before a file is
/// opened, so what it does is done exactly then; the second comes after the first bytes were read.
@Suite struct WeightsChangeTests {
  private let tree: TemporaryTree
  private var file: String { tree / "weights/a.bin" }

  init() throws {
    tree = try TemporaryTree()
    try tree.write([UInt8](repeating: 1, count: 3 << 20), to: "weights/a.bin")
    try tree.write("other", to: "weights/b.bin")
    for name in ["weights/a.bin", "weights/b.bin", "weights"] { try tree.makeOld(name) }
  }

  /// Hashes `path` and runs `change` once, at the report of that number.
  private func refusal(
    of path: String, atReport number: Int, _ change: @escaping @Sendable () throws -> Void
  ) -> WeightsError? {
    let reports = Mutex(0)
    let hasher = WeightsHasher(width: 1) { _, _ in
      let report = reports.withLock { count in
        count += 1
        return count
      }
      if report == number { try change() }
    }
    return #expect(throws: WeightsError.self) { try hasher.hash(path: path) }
  }

  @Test(arguments: [1, 2, 4])
  func aFileThatGrowsWhileItIsRead(report: Int) {
    let error = refusal(of: file, atReport: report) { [file] in try append(1, to: file) }
    #expect(error == .changedWhileRead(file))
  }

  @Test(arguments: [1, 2, 4])
  func aFileThatIsCutShortWhileItIsRead(report: Int) {
    let error = refusal(of: file, atReport: report) { [file] in truncate(file, 1 << 19) }
    #expect(error == .changedWhileRead(file))
  }

  @Test func aFileThatIsWrittenOverAtTheSameSizeWhileItIsRead() {
    let error = refusal(of: file, atReport: 2) { [file] in
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
      try handle.write(contentsOf: Data([2]))
      try handle.close()
    }
    #expect(error == .changedWhileRead(file))
  }

  @Test func aFileOfATreeThatIsReplacedAfterTheWalk() {
    let error = refusal(of: tree / "weights", atReport: 1) { [tree] in
      try tree.write([UInt8](repeating: 2, count: 3 << 20), to: "new")
      rename(tree / "new", tree / "weights/a.bin")
    }
    #expect(error == .changedWhileRead(file))
  }

  @Test func aFileThatIsSwappedForALinkAfterTheWalk() {
    let error = refusal(of: tree / "weights", atReport: 1) { [tree] in
      try tree.remove("weights/b.bin")
      try tree.link("weights/b.bin", to: "a.bin")
    }
    #expect(error == .symbolicLink(tree / "weights/b.bin"))
  }

  @Test func aDirectoryThatIsSwappedForALinkAfterTheWalk() throws {
    try tree.write("inside", to: "weights/sub/c.bin")
    let error = refusal(of: tree / "weights", atReport: 1) { [tree] in
      rename(tree / "weights/sub", tree / "moved")
      try tree.link("weights/sub", to: "../moved")
    }
    #expect(error == .symbolicLink(tree / "weights/sub"))
  }

  @Test(arguments: [1, 2])
  func aFileThatVanishesWhileItIsRead(report: Int) {
    let error = refusal(of: file, atReport: report) { [tree] in try tree.remove("weights/a.bin") }
    #expect(error == .changedWhileRead(file))
  }

  @Test func aFileOfATreeThatVanishesAfterTheWalk() throws {
    let hasher = WeightsHasher(width: 1) { [tree] done, _ in if done == 0 { try? tree.remove("weights/b.bin") } }
    let error = #expect(throws: FileSystemError.self) { try hasher.hash(path: tree / "weights") }
    #expect(error?.isMissing == true && error?.path == tree / "weights/b.bin")
  }

  @Test func aTreeThatVanishesWhileItIsRead() {
    let error = refusal(of: tree / "weights", atReport: 2) { [tree] in
      for name in ["a.bin", "b.bin"] { try tree.remove("weights/\(name)") }
    }
    #expect(error == .changedWhileRead(file))
  }

  @Test func aFileThatAppearsInTheTreeWhileItIsRead() {
    let error = refusal(of: tree / "weights", atReport: 2) { [tree] in try tree.write("late", to: "weights/late.bin") }
    #expect(error == .changedWhileRead(tree / "weights"))
  }
}

private func append(_ byte: UInt8, to path: String) throws {
  let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
  try handle.seekToEnd()
  try handle.write(contentsOf: Data([byte]))
  try handle.close()
}
