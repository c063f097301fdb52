import GRDB
import MerkleLog
import Signing
import Storage

// The evidence as a Merkle log: its tree, its signed heads, and proofs from them.
extension SQLiteEvidenceLedger {
  package func seal(in database: Database) throws {
    let size = try CheckpointStore().size(in: database) ?? 0
    guard try count(in: database) > size else { return }
    let frontier = try EvidenceTree(database).grow(from: size)
    guard let checkpoint = Checkpoint(origin: origin.description, size: frontier.size, root: frontier.root) else {
      throw StorageError.other("no checkpoint can name \(frontier.size) entries of \(origin)")
    }
    try CheckpointStore().put(VerifiedCheckpoint(signing: checkpoint, with: signer), as: .latest, in: database)
  }

  package func checkpoint(in database: Database) throws -> VerifiedCheckpoint? { try verified(.latest, in: database) }

  package func cosigned(in database: Database) throws -> VerifiedCheckpoint? { try verified(.cosigned, in: database) }

  package func keep(cosigned checkpoint: VerifiedCheckpoint, in database: Database) throws {
    if let kept = try cosigned(in: database), kept.checkpoint.size > checkpoint.checkpoint.size { return }
    try CheckpointStore().put(checkpoint, as: .cosigned, in: database)
  }

  package func inclusionProof(of index: Int, size: Int, in database: Database) throws -> InclusionProof {
    try require(size, in: database)
    return try EvidenceTree(database).inclusionProof(of: index, size: size)
  }

  package func consistencyProof(from oldSize: Int, to newSize: Int, in database: Database) throws -> ConsistencyProof {
    try require(newSize, in: database)
    return try EvidenceTree(database).consistencyProof(from: oldSize, to: newSize)
  }

  package func root(size: Int, in database: Database) throws -> Digest {
    try require(size, in: database)
    return try EvidenceTree(database).root(size: size)
  }

  private func verified(_ slot: CheckpointStore.Slot, in database: Database) throws -> VerifiedCheckpoint? {
    guard let note = try CheckpointStore().note(slot, in: database) else { return nil }
    do { return try note.checkpoint(of: origin.description, signedBy: keysEver()) } catch {
      throw StorageError.corrupt("table evidence_checkpoint: the \(slot.rawValue) one: \(error)")
    }
  }

  /// Only what is sealed has a tree.
  private func require(_ size: Int, in database: Database) throws {
    let sealed = try CheckpointStore().size(in: database) ?? 0
    guard (0...sealed).contains(size) else { throw ProofError.beyond(size: size, of: sealed) }
  }
}
