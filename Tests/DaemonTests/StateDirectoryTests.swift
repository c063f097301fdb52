import Foundation
import Storage
import Testing

@testable import Daemon

@Suite struct StateDirectoryTests {
  @Test func anAbsentDirectoryIsMadeForItsOwnerAlone() throws {
    let parent = try ScratchDirectory()
    let path = "\(parent.path)/state"
    try StateDirectory.prepare(path)
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o700)
    try StateDirectory.prepare(path)
  }

  @Test(arguments: [0o720, 0o702, 0o777]) func aDirectoryThatOthersCanWriteIsRefused(_ mode: Int) throws {
    let directory = try ScratchDirectory()
    chmod(directory.path, mode_t(mode))
    #expect(throws: StorageError.self) { try StateDirectory.prepare(directory.path) }
    #expect(throws: StorageError.self) { try StateDirectory.checkTrusted(directory.path) }
  }

  @Test func aSymlinkOrAFileIsNoStateDirectory() throws {
    let directory = try ScratchDirectory()
    symlink("/tmp", "\(directory.path)/link")
    #expect(throws: StorageError.self) { try StateDirectory.prepare("\(directory.path)/link") }
    let file = try directory.write("", to: "file")
    #expect(throws: StorageError.self) { try StateDirectory.prepare(file) }
    #expect(throws: StorageError.self) { try StateDirectory.prepare("\(directory.path)/absent/state") }
  }

  @Test func whatRootOwnsMayBeReadButNotBeOurState() throws {
    try StateDirectory.checkTrusted("/etc")
    if geteuid() != 0 { #expect(throws: StorageError.self) { try StateDirectory.prepare("/etc") } }
  }
}
