import Attestations
import MerkleLog
import PlaneContract
import Signing
import Wire

/// A plane's log as the trust root knows it: what it is called, who may sign its heads, and whose cosignature counts.
struct KnownLog: Sendable {
  let plane: Role
  let origin: EvidenceOrigin
  /// Every key that the plane ever had: what a replaced key has signed stays what it is.
  private let keys: [PublicKey]
  /// The other planes by the keys that they have now: a removed key witnesses nothing.
  private let witnesses: [Role: [NoteKey]]

  init(of plane: Role, root: VerifiedTrustRoot) {
    self.plane = plane
    origin = EvidenceOrigin(rootDigest: root.originDigest, plane: plane.planeName)
    keys = root.keysEver(of: plane)
    var witnesses: [Role: [NoteKey]] = [:]
    for other in Home.planes where other != plane {
      let name = EvidenceOrigin(rootDigest: root.originDigest, plane: other.planeName).description
      witnesses[other] = root.keys(of: other).map { NoteKey(name: name, kind: .witness, key: $0) }
    }
    self.witnesses = witnesses
  }

  func id(of index: Int) -> EvidenceID { EvidenceID(origin: origin, index: index) }

  /// Throws `NoteError` unless one of the plane's keys signed the note as this log.
  func checkpoint(_ note: UnverifiedNote) throws -> VerifiedCheckpoint {
    try note.checkpoint(of: origin.description, signedBy: keys)
  }

  /// Throws `NoteError` and `ProofError` unless the proof puts these bytes into this log.
  func checkpoint(_ proof: TlogProof, of entry: UnverifiedEntry) throws -> VerifiedCheckpoint {
    try proof.checkpoint(of: origin.description, signedBy: keys, for: entry.bytes)
  }

  /// Whether a note says that it is of this log; anybody can write that.
  func isClaimed(by note: UnverifiedNote) -> Bool { note.text.hasPrefix("\(origin)\n") }

  /// The other planes whose cosignatures stand under the checkpoint, each with its latest that verifies.
  func witnessed(_ checkpoint: VerifiedCheckpoint) -> [WitnessedHead] {
    witnesses.sorted { $0.key.planeName < $1.key.planeName }.compactMap { plane, keys in
      checkpoint.cosignatures(by: keys).first.map {
        WitnessedHead(witness: plane, checkpoint: checkpoint, cosignature: $0)
      }
    }
  }

  /// The checkpoint with only those signatures under it that were verified here: the plane's, and those of its witnesses.
  func verifiedNote(_ checkpoint: VerifiedCheckpoint) -> UnverifiedNote {
    let cosignatures = witnessed(checkpoint).map(\.cosignature.line)
    let own = checkpoint.note.lines.filter { line in
      (try? self.checkpoint(UnverifiedNote(text: checkpoint.note.text, lines: [line]))) != nil
    }
    return UnverifiedNote(text: checkpoint.note.text, lines: own + cosignatures)
  }
}

/// A head of a log that another plane has cosigned: consistent with every head that it saw before.
struct WitnessedHead: Sendable {
  let witness: Role
  let checkpoint: VerifiedCheckpoint
  let cosignature: Cosignature

  var size: Int { checkpoint.checkpoint.size }
  var root: Digest { checkpoint.checkpoint.root }
  var time: Timestamp { Timestamp(microseconds: Int64(clamping: cosignature.time) * Timestamp.microsecondsPerSecond) }

  /// `governance-plane at 2026-01-02T03:04:05+00:00, when it had 12 entries`.
  var text: String { "\(witness.planeName) at \(time), when it had \(size) entries" }

  var fields: JSONObject {
    [
      "witness": .string(witness.planeName), "size": .init(size), "root": .string(root.description),
      "time": .string(time.attestationText),
    ]
  }
}
