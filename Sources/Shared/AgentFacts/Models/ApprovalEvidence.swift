import Attestations
import Bundles
import MerkleLog
import Signing
import Wire

/// That governance's log holds an approval, proven under a checkpoint that governance has signed. Only `init` makes one.
package struct ApprovalEvidence: Sendable, Equatable {
  package let origin: String
  package let index: Int
  /// The exact bytes of the entry.
  let entry: String
  /// A C2SP tlog-proof, with only those signatures under its checkpoint that are right.
  let proof: String
  /// How many planes that watch the log have cosigned the checkpoint.
  let cosignatureCount: Int

  /// - Throws: `FieldError`, `EntryError`, `NoteError` or `ProofError` for what does not hold.
  package init(
    _ evidence: BundledEvidence, of approval: HeldApproval, root: VerifiedTrustRoot
  ) throws {
    let entry = try UnverifiedEntry(Array(evidence.entry.utf8))
    guard entry.event == EvidenceEvent.modelApproved.rawValue, entry.attestation == approval.digest else {
      throw FieldError("log_proof.entry", "is not of the approval \(approval.predicate.approvalID)")
    }
    guard root.origins(of: .governance).contains(evidence.origin) else {
      throw FieldError("log_proof.origin", "is not governance's log")
    }
    let proof = try TlogProof(evidence.proof)
    guard proof.index == entry.index else { throw ProofError.anotherEntry }
    let checkpoint = try proof.checkpoint(
      of: evidence.origin, signedBy: root.keysEver(of: .governance), for: entry.bytes)
    let lines = CheckpointLines(under: checkpoint, of: .governance, root: root)
    let sound = try UnverifiedNote(text: checkpoint.note.text, lines: lines.all)
      .checkpoint(of: evidence.origin, signedBy: root.keysEver(of: .governance))
    origin = evidence.origin
    index = entry.index
    self.entry = evidence.entry
    self.proof =
      TlogProof(
        InclusionProof(index: proof.index, size: sound.checkpoint.size, hashes: proof.hashes), checkpoint: sound
      ).description
    cosignatureCount = lines.cosigned.count
  }

  /// As other documents name the entry.
  package var id: String { "\(origin)#\(index)" }

  var fields: JSONObject {
    [
      "id": .string(id), "origin": .string(origin), "index": .init(index), "entry": .string(entry),
      "proof": .string(proof), "cosignatures": .init(cosignatureCount),
    ]
  }
}
