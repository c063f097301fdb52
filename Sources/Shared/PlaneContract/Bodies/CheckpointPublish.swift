import MerkleLog
import Signing
import Wire

/// `checkpoint.publish`: a plane shows the head of its log to the one that witnesses it, and hands over its own cosignature.
package struct CheckpointPublication: Body {
  /// The head of the sender's log. Unverified, like the proof.
  package let checkpoint: UnverifiedNote
  /// That it begins with the log of the size that the witness has cosigned last, as far as the sender knows; from 0 for the first time.
  package let consistency: ConsistencyProof
  /// The head of the receiver's log as the sender believed it last, with the sender's cosignature.
  package let cosigned: UnverifiedNote?

  package init(checkpoint: UnverifiedNote, consistency: ConsistencyProof, cosigned: UnverifiedNote?) {
    self.checkpoint = checkpoint
    self.consistency = consistency
    self.cosigned = cosigned
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    checkpoint = try reader.note("checkpoint")
    guard let head = Checkpoint(text: checkpoint.text) else {
      throw reader.failure("checkpoint", "\(NoteError.notCheckpoint)")
    }
    consistency = ConsistencyProof(
      oldSize: try reader.int("old_size", in: 0...Checkpoint.maximumSize), newSize: head.size,
      hashes: try reader.proofHashes("consistency"))
    cosigned = try reader.optionalNote("cosigned_checkpoint")
  }

  package var fields: JSONObject {
    [
      "checkpoint": .string(checkpoint.description), "old_size": .init(consistency.oldSize),
      "consistency": .init(proofHashes: consistency.hashes), "cosigned_checkpoint": .init(cosigned?.description),
    ]
  }
}

/// The answer: the receiver's cosignature, or from which size to prove instead.
package struct CheckpointReceipt: Body {
  /// Over the checkpoint of the request; nil when the proof began at another size than `size`.
  package let cosignature: UnverifiedNote.Line?
  /// Of the head that the receiver remembers of the sender's log now.
  package let size: Int

  package init(cosignature: UnverifiedNote.Line?, size: Int) {
    self.cosignature = cosignature
    self.size = size
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    cosignature = try reader.optionalCosignature("cosignature")
    size = try reader.int("size", in: 0...Checkpoint.maximumSize)
  }

  package var fields: JSONObject { ["cosignature": .init(cosignature?.text), "size": .init(size)] }
}

extension ObjectReader {
  /// One signature line of a note, without its end. Not verified.
  mutating func optionalCosignature(_ key: String) throws(FieldError) -> UnverifiedNote.Line? {
    guard let text = try optionalString(key, maximum: 1024) else { return nil }
    guard let line = UnverifiedNote.Line(text), line.text == text else {
      throw failure(key, "is no signature line of a note")
    }
    return line
  }
}
