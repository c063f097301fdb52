import GRDB
import MerkleLog
import Signing
import Wire

/// A plane's append-only record of what it did and refused.
///
/// An entry is recorded with the `Database` of the commit that changes the state, so both become durable together or not
/// at all (DESIGN section 6).
package protocol EvidenceLedger: Sendable {
  /// Appends an entry and returns its name. `data` holds the fields of the event; a `model_id` in it makes the entry
  /// findable by model. Throws `EvidenceError.tooLarge` beyond `EvidenceEntry.maximumByteCount`.
  @discardableResult
  func record(
    event: EvidenceEvent, data: JSONObject, attestation: Digest?, time: Timestamp, in database: Database
  ) throws -> EvidenceID

  /// Up to `limit` (at most 1,000) entries from an index on, in order.
  func entries(from index: Int, limit: Int, in database: Database) throws -> [StoredEvidence]

  /// How many entries there are; they have the indices from 0 to one less.
  func count(in database: Database) throws -> Int
}

/// An entry as it was stored, byte for byte.
package struct StoredEvidence: Sendable, Equatable {
  package let index: Int
  package let bytes: [UInt8]
}

package enum EvidenceError: Error, Equatable, CustomStringConvertible {
  case tooLarge(EvidenceEvent, byteCount: Int)

  package var description: String {
    switch self {
    case .tooLarge(let event, let count):
      "an evidence entry \(event.rawValue) of \(count) bytes is over \(EvidenceEntry.maximumByteCount); refer to data by digest"
    }
  }
}
