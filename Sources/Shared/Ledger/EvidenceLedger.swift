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

  /// The signed head of the log: of all that was committed. Nil for a log without entries. Throws `StorageError.corrupt` when what is
  /// stored is not this plane's word.
  func checkpoint(in database: Database) throws -> VerifiedCheckpoint?

  /// The latest head that carries a witness's cosignature, with it; nil while there is none.
  func cosigned(in database: Database) throws -> VerifiedCheckpoint?

  /// Keeps a head with cosignatures that the caller has verified, unless a larger one is kept.
  func keep(cosigned checkpoint: VerifiedCheckpoint, in database: Database) throws

  /// That an entry is in the log of the first `size` committed entries. Throws `ProofError` when there is none such.
  func inclusionProof(of index: Int, size: Int, in database: Database) throws -> InclusionProof

  /// That the log of `newSize` committed entries begins with that of `oldSize`. Throws `ProofError` when there is none such.
  func consistencyProof(from oldSize: Int, to newSize: Int, in database: Database) throws -> ConsistencyProof

  /// The root over the first `size` committed entries. Throws `ProofError` when there never were so many.
  func root(size: Int, in database: Database) throws -> Digest

  /// Checks the signed head against what is stored, and begins a walk over the entries. Throws `StorageError.corrupt`, which names the
  /// table and the entry.
  func audit(_ extent: AuditExtent, in database: Database) throws -> LogAudit

  /// Remembers a finished walk over all entries: the next start need not wait for those.
  func finish(_ audit: LogAudit, in database: Database) throws

  /// Takes the new entries into the tree and signs its head, if there are any; the last step of every transaction that is committed.
  func seal(in database: Database) throws
}

/// An entry as it was stored, byte for byte.
package struct StoredEvidence: Sendable, Equatable {
  package let index: Int
  package let bytes: [UInt8]

  /// What the Merkle tree has in its place.
  package var leaf: Digest { MerkleHash.leaf(bytes) }
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
