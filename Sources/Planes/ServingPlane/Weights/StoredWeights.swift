import Signing
import WeightsDigest
import Wire

/// What a weights object is called: both are signed in the training output. The kind belongs to it, because the object is
/// read back as what it was hashed as.
package struct WeightsID: Hashable, Sendable, CustomStringConvertible {
  package let digest: Digest
  package let kind: WeightsKind

  package init(digest: Digest, kind: WeightsKind) {
    self.digest = digest
    self.kind = kind
  }

  package var description: String { "\(kind.rawValue) \(digest)" }

  /// Where its object lies below the store's directory.
  var objectPath: String { "\(kind.rawValue)/\(digest.hex)" }
}

/// Weights that the store holds: a read-only directory with the tree in it, or with the one file under its own name.
package struct StoredWeights: Equatable, Sendable {
  package let id: WeightsID
  /// Absolute.
  package let directory: String
}
