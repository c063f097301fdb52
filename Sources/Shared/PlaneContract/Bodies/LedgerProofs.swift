import MerkleLog
import Signing
import Wire

/// An entry with the proof that it stands in the log. Unverified, like everything a plane says of itself.
package struct LedgerProof: Body {
  /// In the form of evidence entries, with the very bytes that are stored.
  package let entry: JSONObject
  package let proof: InclusionProof
  /// Of the log of the proof's size, as the plane has it.
  package let root: Digest
  /// The same proof with the signed checkpoint of that size, where the plane keeps one.
  package let text: TlogProof?

  package init(entry: JSONObject, proof: InclusionProof, root: Digest, text: TlogProof?) {
    self.entry = entry
    self.proof = proof
    self.root = root
    self.text = text
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    let index = try reader.int("index", in: 0...Checkpoint.maximumSize)
    let size = try reader.int("size", in: 0...Checkpoint.maximumSize)
    entry = try reader.object("entry")
    proof = InclusionProof(index: index, size: size, hashes: try reader.proofHashes("hashes"))
    root = try reader.digest("root")
    text = try reader.optionalTlogProof("proof")
  }

  package var fields: JSONObject {
    [
      "index": .init(proof.index), "size": .init(proof.size), "entry": .object(entry),
      "hashes": .init(proofHashes: proof.hashes), "root": .string(root.description),
      "proof": .init(text?.description),
    ]
  }
}

/// The signed heads of a plane's log, and of the logs that it watches. Unverified.
package struct LedgerHead: Body {
  /// More peers than any plane has.
  private static let maximumWitnessed = 8

  package let checkpoint: UnverifiedNote
  /// The latest that a witness has cosigned, with its cosignatures.
  package let cosigned: UnverifiedNote?
  /// Checkpoints of its peers, as this plane cosigned them last.
  package let witnessed: [UnverifiedNote]

  package init(checkpoint: UnverifiedNote, cosigned: UnverifiedNote?, witnessed: [UnverifiedNote]) {
    self.checkpoint = checkpoint
    self.cosigned = cosigned
    self.witnessed = witnessed
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    checkpoint = try reader.note("checkpoint")
    cosigned = try reader.optionalNote("cosigned")
    witnessed = try reader.notes("witnessed", maximum: Self.maximumWitnessed)
  }

  package var fields: JSONObject {
    [
      "checkpoint": .string(checkpoint.description), "cosigned": .init(cosigned?.description),
      "witnessed": .init(witnessed.map(\.description)),
    ]
  }
}

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
