import Foundation
import Glibc

/// A directory for one test, removed with all that is in it when the test lets go of it.
package final class TemporaryTree: Sendable {
  package let path: String

  /// - Parameter parent: where it is made; the temporary directory when nil.
  package init(below parent: String? = nil) throws {
    let parent = parent.map { URL(fileURLWithPath: $0) } ?? FileManager.default.temporaryDirectory
    let directory = parent.appendingPathComponent("weights-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    // The temporary directory may be reached through a link, which the code under test would refuse.
    path = directory.resolvingSymlinksInPath().path
  }

  /// Read-only directories are made removable first. Links are not followed: some tests lead one to a directory of the system.
  deinit {
    for case let name as String in FileManager.default.enumerator(atPath: path) ?? .init() {
      var status = stat()
      if lstat(self / name, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { chmod(self / name, 0o700) }
    }
    try? FileManager.default.removeItem(atPath: path)
  }

  package static func / (tree: TemporaryTree, name: String) -> String { tree.path + "/" + name }

  package func write(_ bytes: [UInt8], to name: String) throws {
    let url = URL(fileURLWithPath: self / name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  package func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

  package func makeDirectory(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: self / name, withIntermediateDirectories: true)
  }

  package func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: self / name, withDestinationPath: target)
  }

  package func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: self / name) }

  /// Lets a later write show in the modification time, however coarse the kernel's clock is.
  package func makeOld(_ name: String) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: self / name)
  }
}
