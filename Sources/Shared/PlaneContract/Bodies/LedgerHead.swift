import MerkleLog
import Signing
import Wire

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
