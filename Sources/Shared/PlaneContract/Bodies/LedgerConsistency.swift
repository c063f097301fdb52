import MerkleLog
import Signing
import Wire

/// That a log begins with what it was when it had fewer entries. Unverified.
package struct LedgerConsistency: Body {
  package let proof: ConsistencyProof
  /// The latest signed head, whatever size was asked for.
  package let checkpoint: UnverifiedNote

  package init(proof: ConsistencyProof, checkpoint: UnverifiedNote) {
    self.proof = proof
    self.checkpoint = checkpoint
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    proof = ConsistencyProof(
      oldSize: try reader.int("from", in: 0...Checkpoint.maximumSize),
      newSize: try reader.int("size", in: 0...Checkpoint.maximumSize), hashes: try reader.proofHashes("hashes"))
    checkpoint = try reader.note("checkpoint")
  }

  package var fields: JSONObject {
    [
      "from": .init(proof.oldSize), "size": .init(proof.newSize), "hashes": .init(proofHashes: proof.hashes),
      "checkpoint": .string(checkpoint.description),
    ]
  }
}
