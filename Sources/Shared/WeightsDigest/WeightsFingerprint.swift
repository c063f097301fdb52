import Signing
import Wire

/// What was read: the digest that people sign, and how much it covers.
package struct WeightsFingerprint: Equatable, Sendable {
  package let digest: Digest
  package let kind: WeightsKind
  package let byteCount: Int64
  package let fileCount: Int
}

/// The bounds of a tree; one that exceeds them is refused before its files are read.
package struct WeightsLimits: Sendable {
  /// Files and directories together.
  package let entries: Int
  /// Parts of a path.
  package let depth: Int

  package init(entries: Int = 1_000_000, depth: Int = 64) {
    self.entries = entries
    self.depth = depth
  }
}
