import Signing
import Wire

/// What was read: the digest that people sign, and how much it covers.
package struct WeightsFingerprint: Equatable, Sendable {
  package let digest: Digest
  package let kind: WeightsKind
  package let byteCount: Int64
  package let fileCount: Int
}

/// The bounds of weights; what exceeds them is refused before any file is read.
package struct WeightsLimits: Sendable {
  /// Files and directories together.
  package let entries: Int
  /// Parts of a path.
  package let depth: Int
  /// The bytes of all files together, holes included.
  package let bytes: Int64

  package init(entries: Int = 1_000_000, depth: Int = 64, bytes: Int64 = 16 << 40) {
    self.entries = entries
    self.depth = depth
    self.bytes = bytes
  }
}
