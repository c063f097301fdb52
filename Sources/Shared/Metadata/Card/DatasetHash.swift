import Attestations
import Signing
import Wire

/// Upstream's `compute_dataset_hash`: SHA-256 of the canonical JSON of the list of rows, in their order. Takes the rows one by one, so
/// that a dataset need not fit into memory.
package struct DatasetHash {
  private var digest = RunningDigest()
  /// How many rows it was given.
  package private(set) var rowCount = 0

  package init() { digest.update([UInt8(ascii: "[")]) }

  package mutating func add(_ row: JSONValue) {
    if rowCount > 0 { digest.update([UInt8(ascii: ",")]) }
    digest.update(NandaCanonicalJSON.encode(row))
    rowCount += 1
  }

  package consuming func finish() -> Digest {
    digest.update([UInt8(ascii: "]")])
    return digest.finish()
  }
}

extension ModelCard {
  package static func computeDatasetHash(_ rows: [JSONValue]) -> Digest {
    var hash = DatasetHash()
    for row in rows { hash.add(row) }
    return hash.finish()
  }
}
