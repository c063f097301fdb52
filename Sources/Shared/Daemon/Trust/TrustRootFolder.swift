import Attestations
import FoundationEssentials
import Glibc
import PlaneContract
import Storage
import Wire

/// The folder of `N.root.json`, and of resets of logs, which root owns and no plane writes. Nothing in it is believed before it has been verified.
package struct TrustRootFolder: Sendable {
  static let maximumByteCount = 1 << 20
  private static let suffix = ".root.json"

  let path: String

  package init(path: String) { self.path = path }

  /// The versions that there is a file for, in order. Other files are nobody's business here.
  func versions() throws -> [Int] {
    try FileGuard.checkTrusted(path)
    return try FileManager.default.contentsOfDirectory(atPath: path).compactMap(Self.version).sorted()
  }

  /// `12.root.json` and not `012.root.json`: one name for one version.
  private static func version(_ name: String) -> Int? {
    guard name.hasSuffix(suffix), let number = Int(name.dropLast(suffix.count)), number > 0,
      name == "\(number)\(suffix)"
    else { return nil }
    return number
  }

  func envelope(ofVersion version: Int) throws -> UnverifiedEnvelope {
    let file = "\(path)/\(version)\(Self.suffix)"
    do {
      return try UnverifiedEnvelope(parsing: try read(file), maximumPayload: TrustRoot.maximumPayload)
    } catch let error as EnvelopeError { throw TrustRootError.malformed("\(file): \(error)") }
  }

  /// The name of the file that holds the reset of a plane's log.
  static func resetFile(of plane: Role) -> String { "\(plane.planeName).log-reset.json" }

  /// Nil where there is none.
  func logReset(of plane: Role) throws -> UnverifiedEnvelope? {
    try FileGuard.checkTrusted(path)
    let file = "\(path)/\(Self.resetFile(of: plane))"
    guard FileManager.default.fileExists(atPath: file) else { return nil }
    return try UnverifiedEnvelope(parsing: read(file), maximumPayload: LogReset.maximumPayload)
  }

  private func read(_ file: String) throws -> [UInt8] {
    let descriptor = unsafe open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { throw StorageError.unusable("trust root \(file): \(SystemError.current)") }
    defer { close(descriptor) }
    try FileGuard.checkTrusted(descriptor: descriptor, path: file)
    var bytes = [UInt8](repeating: 0, count: Self.maximumByteCount + 1)
    var count = 0
    while count < bytes.count {
      let got = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(descriptor, buffer.baseAddress.map { unsafe $0 + count }, buffer.count - count)
      }
      guard got >= 0 else { throw StorageError.unusable("trust root \(file): \(SystemError.current)") }
      if got == 0 { return Array(bytes.prefix(count)) }
      count += got
    }
    throw StorageError.unusable("trust root \(file): longer than \(Self.maximumByteCount) bytes")
  }
}
