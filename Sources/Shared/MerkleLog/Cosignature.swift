import Signing
import Wire

/// A witness's signature under a checkpoint, checked (C2SP tlog-cosignature).
package struct Cosignature: Sendable, Equatable {
  /// The witness, by the origin of its own log.
  package let witness: String
  /// When it looked, in seconds since 1970.
  package let time: UInt64
  package let line: UnverifiedNote.Line

  /// Cosigns a checkpoint that was found consistent with all that this witness saw before.
  package init(
    of checkpoint: VerifiedCheckpoint, by witness: String, with signer: any CheckpointSigner, time: UInt64
  ) throws {
    let key = NoteKey(name: witness, kind: .witness, key: signer.publicKey)
    let signature = try signer.sign(WitnessedCheckpoint(checkpoint: checkpoint.checkpoint, time: time))
    self.witness = witness
    self.time = time
    line = UnverifiedNote.Line(name: witness, bytes: key.id + Self.bytes(of: time) + signature.bytes)
  }

  /// The last second that this program can tell; who signs a later one has not looked at a clock.
  private static let latest = UInt64(Timestamp.latest.microseconds / Timestamp.microsecondsPerSecond)

  /// Reads a line and verifies it over the checkpoint; nil when it is not this key's, or not right.
  package init?(_ line: UnverifiedNote.Line, over checkpoint: Checkpoint, by key: NoteKey) {
    let timeCount = MemoryLayout<UInt64>.size
    guard key.kind == .witness, let signed = line.signed(by: key), signed.count == timeCount + Signature.byteCount,
      let signature = Signature(bytes: Array(signed.dropFirst(timeCount)))
    else { return nil }
    let time = signed.prefix(timeCount).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard time <= Self.latest else { return nil }
    guard key.key.verifies(signature, over: WitnessedCheckpoint(checkpoint: checkpoint, time: time)) else { return nil }
    witness = key.name
    self.time = time
    self.line = line
  }

  /// Big-endian, as the format has it.
  private static func bytes(of time: UInt64) -> [UInt8] {
    stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: time >> UInt64($0)) }
  }
}

extension VerifiedCheckpoint {
  /// The cosignatures that these witnesses' keys verify, at most one of each witness: the latest.
  package func cosignatures(by witnesses: [NoteKey]) -> [Cosignature] {
    var latest: [String: Cosignature] = [:]
    for line in note.lines {
      for key in witnesses {
        guard let cosignature = Cosignature(line, over: checkpoint, by: key) else { continue }
        if cosignature.time >= latest[key.name]?.time ?? 0 { latest[key.name] = cosignature }
      }
    }
    return latest.values.sorted { $0.witness < $1.witness }
  }
}
