import Glibc
import WeightsDigest

extension Descriptor {
  /// More than the store ever makes: a copied tree within `WeightsLimits`.
  private static let entryLimit = 2_000_000
  private static let depthLimit = 80

  /// Removes `name` below this directory with all that is in it, read-only directories too. Links are removed, not followed;
  /// what is not there is no error.
  func removeTree(_ name: String) throws { try removeTree(name, depth: Self.depthLimit) }

  private func removeTree(_ name: String, depth: Int) throws {
    guard try isDirectory(name) else {
      try removeFile(name)
      return
    }
    guard depth > 0 else { throw WeightsError.tooDeep(child(name), limit: Self.depthLimit) }
    let directory = try opening(name)
    try directory.setMode(0o700)
    guard let names = try directory.names(limit: Self.entryLimit) else {
      throw WeightsError.tooManyEntries(directory.path, limit: Self.entryLimit)
    }
    for name in names { try directory.removeTree(String(decoding: name, as: UTF8.self), depth: depth - 1) }
    guard try removeDirectory(name) else {
      throw FileSystemError(operation: "remove", path: directory.path, code: ENOTEMPTY)
    }
  }

  private func isDirectory(_ name: String) throws -> Bool {
    do {
      return try status(of: name).type == .directory
    } catch let error as FileSystemError where error.isMissing {
      return false
    }
  }
}
