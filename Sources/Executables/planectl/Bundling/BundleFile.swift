import Bundles
import Glibc
import WeightsDigest

/// A bundle on disk.
enum BundleFile {
  /// Reads no more than a bundle may have. Throws `Failure`.
  static func read(_ path: String) throws -> [UInt8] {
    do { return try TextFile.read(path, maximum: BundleLimits.byteCount) } catch let error as FileSystemError {
      guard error.code == EFBIG else { throw error }
      throw Failure.refused("\(path) is no bundle: it is longer than \(BundleLimits.byteCount) bytes")
    }
  }
}
