import Bundles
import Foundation
import Testing
import WeightsDigest

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

  @Test func whatCannotBeWrittenWholeLeavesWhatWasThere() throws {
    let folder = try ScratchFolder()
    let path = folder.path + "/bundle"
    try TextFile.replace("old".utf8, path: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    try TextFile.replace("new".utf8, path: path)
    #expect(try TextFile.read(path) == Array("new".utf8))
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o640)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["bundle"], "nothing half is left")
    #expect(throws: FileSystemError.self) { try TextFile.replace("x".utf8, path: folder.path + "/absent/bundle") }
  }

  @Test func aLinkIsNotFollowedAndADeviceIsWrittenTo() throws {
    let folder = try ScratchFolder()
    let (path, link) = (folder.path + "/bundle", folder.path + "/link")
    try TextFile.replace("old".utf8, path: path)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    #expect(throws: FileSystemError.self) { try TextFile.replace("new".utf8, path: link) }
    #expect(try TextFile.read(path) == Array("old".utf8))
    try TextFile.replace("new".utf8, path: "/dev/null")
  }

  @Test func theGravestGapSaysWhatToDo() {
    #expect([BundleGap.Kind.none, .young, .lacking, .away].min() == .away)
    #expect(BundleGap.hint(.none) == nil)
    #expect(BundleGap.hint(.young)?.contains("in a moment") == true)
    #expect(BundleGap.hint(.away)?.contains("can be asked") == true)
  }

  @Test func aSmallFileIsReadWhole() throws {
    let folder = try ScratchFolder()
    let path = folder.path + "/small"
    try Data("{}\n".utf8).write(to: URL(fileURLWithPath: path))
    #expect(try BundleFile.read(path) == Array("{}\n".utf8))
  }
}
