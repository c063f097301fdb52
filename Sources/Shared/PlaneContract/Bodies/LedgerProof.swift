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
