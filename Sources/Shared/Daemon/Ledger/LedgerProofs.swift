import GRDB
import Ledger
import MerkleLog
import Signing
import PlaneContract
import Storage

/// Proofs from the plane's log, each from one snapshot of it.
struct LedgerProofs: Sendable {
  let context: PlaneContext

  /// Throws `ProofError` where there is no such entry, or no such size.
  func proof(of index: Int, size: Int?) async throws -> LedgerProof {
    try await context.database.read { [self] database in
      let heads = try [context.ledger.cosigned(in: database), latest(in: database)].compactMap(\.self)
      let chosen = heads.first { size == nil ? $0.checkpoint.size > index : $0.checkpoint.size == size }
      let proof = try context.ledger.inclusionProof(
        of: index, size: size ?? chosen?.checkpoint.size ?? heads.last?.checkpoint.size ?? 0, in: database)
      return try proven(proof, under: chosen, in: database)
    }
  }

  func head() async throws -> LedgerHead {
    try await context.database.read { [self] database in
      LedgerHead(
        checkpoint: try latest(in: database).note, cosigned: try context.ledger.cosigned(in: database)?.note,
        witnessed: try context.witnessed(in: database))
    }
  }

  /// Throws `ProofError` where the log never had so many entries.
  func consistency(from oldSize: Int, size: Int?) async throws -> LedgerConsistency {
    try await context.database.read { [self] database in
      let latest = try latest(in: database)
      let proof = try context.ledger.consistencyProof(
        from: oldSize, to: size ?? latest.checkpoint.size, in: database)
      return LedgerConsistency(proof: proof, checkpoint: latest.note)
    }
  }

  private func proven(
    _ proof: InclusionProof, under head: VerifiedCheckpoint?, in database: Database
  ) throws -> LedgerProof {
    guard let entry = try context.ledger.entries(from: proof.index, limit: 1, in: database).first else {
      throw StorageError.corrupt("\(context.database.path): evidence entry \(proof.index) is missing")
    }
    let root = try proof.root(from: entry.leaf)
    guard head == nil || head?.checkpoint.root == root else {
      throw StorageError.corrupt(
        "\(context.database.path): evidence entry \(proof.index) is not the one that was signed for")
    }
    return LedgerProof(
      entry: try entry.object(from: context.database.path), proof: proof, root: root,
      text: head.map { TlogProof(proof, checkpoint: $0) })
  }

  private func latest(in database: Database) throws -> VerifiedCheckpoint {
    guard let latest = try context.ledger.checkpoint(in: database) else {
      throw ProofError.beyond(size: 1, of: 0)
    }
    return latest
  }
}
