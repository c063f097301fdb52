import Bundles
import Foundation
import Testing

@testable import planectl

@Suite struct BundleFileTests {
  @Test func aFileOfAHundredMegabytesIsRefusedByItsLength() throws {
    let folder = try ScratchFolder()
    let path = folder.path + "/large"
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.truncate(atOffset: 100_000_000)
    try handle.close()
    let failure = #expect(throws: Failure.self) { try BundleFile.read(path) }
    #expect(failure?.status == .refused)
    #expect(failure?.message.contains("longer than \(BundleLimits.byteCount) bytes") == true)
  }

  @Test func whatNeverEndsIsReadNoFurtherThanABundleMayReach() {
    let failure = #expect(throws: Failure.self) { try BundleFile.read("/dev/zero") }
    #expect(failure?.status == .refused)
  }

  @Test func aSmallFileIsReadWhole() throws {
    let folder = try ScratchFolder()
    let path = folder.path + "/small"
    try Data("{}\n".utf8).write(to: URL(fileURLWithPath: path))
    #expect(try BundleFile.read(path) == Array("{}\n".utf8))
  }
}
