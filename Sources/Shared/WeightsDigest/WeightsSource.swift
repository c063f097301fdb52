import Glibc
import Wire

/// A file or a directory that is open for reading as weights, and that no link led to. The bytes read are those of what
/// was opened, whatever happens to its name afterwards.
package struct WeightsSource: Sendable {
  package let kind: WeightsKind
  /// The last part of the path: what a stored copy of a single file is called.
  package let name: String
  let descriptor: Descriptor
  let status: FileStatus

  /// Which directory this is, or nil for a file.
  package var directoryIdentity: FileIdentity? { kind == .directory ? status.identity : nil }

  /// For messages.
  package var path: String { descriptor.path }

  /// Opens the path that a person gave: links in the directories above it are followed, the path itself may be none.
  package init(path: String) throws {
    let bytes = Array(path.utf8)
    guard !bytes.isEmpty, !bytes.contains(0) else { throw WeightsError.emptyPath }
    // "link/" would be followed, so the last part is taken off and opened on its own.
    var parts = path.split(separator: "/", omittingEmptySubsequences: true)
    guard let last = parts.popLast(), last != "..", last != "." else {
      try self.init(opening: ".", in: Descriptor.anchor(following: path))
      return
    }
    let above = (path.hasPrefix("/") ? "/" : "./") + parts.joined(separator: "/")
    try self.init(opening: String(last), in: Descriptor.anchor(following: above))
  }

  /// Opens `name`, one part of a path, in a directory that is open already.
  package init(opening name: String, in directory: Descriptor) throws {
    // Examined before it is opened, because opening a device can act on it.
    kind = try Self.kind(of: directory.status(of: name), at: directory.child(name))
    descriptor = try directory.opening(name)
    status = try descriptor.status()
    guard try Self.kind(of: status, at: descriptor.path) == kind else {
      throw WeightsError.changedWhileRead(descriptor.path)
    }
    self.name = kind == .file ? try WeightsPath(name: Array(name.utf8)).text : name
  }

  private static func kind(of status: FileStatus, at path: String) throws -> WeightsKind {
    switch status.type {
    case .regular: .file
    case .directory: .directory
    case .symbolicLink: throw WeightsError.symbolicLink(path)
    case .pipe, .socket, .device: throw WeightsError.notAFile(path, status.type)
    }
  }
}
