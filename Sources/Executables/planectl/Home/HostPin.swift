import Attestations
import Glibc
import PlaneContract
import Signing
import WeightsDigest

/// The line of a host's config that pins version 1 of the trust root. As shipped it pins zeros, by which a plane and the bridge believe nothing.
struct HostPin {
  static let name = "trust_root_digest"
  static let unsetDigest = "sha256:" + String(repeating: "0", count: 64)
  static let key = name + ": "
  static let unset = key + unsetDigest

  let path: String

  /// Pins `digest` in each of a host's configs, before the root is put in place. In a home for trying out there is none of them.
  static func setAll(of home: Home, to digest: Digest) throws {
    for plane in Home.planes { try HostPin(path: home.hostConfig(of: plane)).set(digest) }
    try HostPin(path: home.hostConfig(of: Home.bridge)).set(digest)
  }

  /// - Throws: `Failure` when another version 1 is pinned; then whoever administers the host has to look why.
  func set(_ digest: Digest) throws {
    let text: String
    do { text = String(decoding: try TextFile.read(path), as: UTF8.self) } catch let error as FileSystemError
      where error.isMissing
    { return }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let index = lines.firstIndex(where: { $0.hasPrefix(Self.key) }) else {
      throw Failure.refused("\(path) has no line \(Self.key)", hint: "add it: \(Self.key)\(digest)")
    }
    let pinned = Self.key + digest.description
    guard lines[index] != pinned else { return }
    guard lines[index] == Self.unset else {
      throw Failure.refused("\(path) pins another version 1", hint: "if this one is right, change the line \(Self.key)")
    }
    lines[index] = pinned
    try replace(with: lines.joined(separator: "\n"))
    Console.message("\(path) pins version 1 now")
  }

  /// Whole or not at all: a plane may start at any moment.
  private func replace(with text: String) throws {
    let whole = "\(path).\(Random.hex(bytes: 4))"
    try TextFile.create(text.utf8, path: whole, mode: 0o644)
    guard unsafe rename(whole, path) == 0 else {
      let error = FileSystemError(operation: "write", path: path)
      _ = unsafe unlink(whole)
      throw error
    }
  }
}
