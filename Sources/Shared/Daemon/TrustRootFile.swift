import Attestations
import Glibc
import Signing
import Storage
import Wire

/// Loads the pinned trust root from its folder. This release follows version 1; a folder that holds a later version is refused
/// rather than half understood.
package enum TrustRootFile {
  static let maximumByteCount = 1 << 20

  package static func load(folder: String, pinned: Digest) throws -> VerifiedTrustRoot {
    try FileGuard.checkTrusted(folder)
    guard unsafe access("\(folder)/2.root.json", F_OK) != 0 else { throw TrustRootError.unexpectedVersion(2) }
    let bytes = try read("\(folder)/1.root.json")
    let envelope = try UnverifiedEnvelope(parsing: bytes, maximumPayload: TrustRoot.maximumPayload)
    return try VerifiedTrustRoot.verify(envelope, pinned: pinned)
  }

  private static func read(_ path: String) throws -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { throw StorageError.unusable("trust root \(path): \(SystemError.current)") }
    defer { close(descriptor) }
    try FileGuard.checkTrusted(descriptor: descriptor, path: path)
    var bytes = [UInt8](repeating: 0, count: maximumByteCount + 1)
    var count = 0
    while count < bytes.count {
      let got = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(descriptor, buffer.baseAddress.map { unsafe $0 + count }, buffer.count - count)
      }
      guard got >= 0 else { throw StorageError.unusable("trust root \(path): \(SystemError.current)") }
      if got == 0 { return Array(bytes.prefix(count)) }
      count += got
    }
    throw StorageError.unusable("trust root \(path): longer than \(maximumByteCount) bytes")
  }
}
