import Attestations
import MerkleLog
import Signing

/// The signatures under a checkpoint that are right: the log's own, by a key that its plane ever had, and those of planes that watch
/// it, by a key that they have now.
package struct CheckpointLines: Sendable {
  /// Whose cosignature a plane's checkpoint needs one of.
  private static let witnesses: [Role: [Role]] = [
    .training: [.governance], .governance: [.training, .serving], .serving: [.governance],
  ]

  package let cosigned: [UnverifiedNote.Line]
  /// With the log's own, in the order in which they stand.
  package let all: [UnverifiedNote.Line]

  package init(under checkpoint: VerifiedCheckpoint, of role: Role, root: VerifiedTrustRoot) {
    let keys = (Self.witnesses[role] ?? []).flatMap { Self.noteKeys(of: $0, root) }
    let (head, text) = (checkpoint.checkpoint, checkpoint.note.text)
    let isCosignature = { (line: UnverifiedNote.Line) in
      keys.contains { Cosignature(line, over: head, by: $0) != nil }
    }
    let isOwn = { (line: UnverifiedNote.Line) in
      let alone = UnverifiedNote(text: text, lines: [line])
      return (try? alone.checkpoint(of: head.origin, signedBy: root.keysEver(of: role))) != nil
    }
    let lines = checkpoint.note.lines
    cosigned = lines.filter(isCosignature)
    all = lines.filter { isCosignature($0) || isOwn($0) }
  }

  private static func noteKeys(of witness: Role, _ root: VerifiedTrustRoot) -> [NoteKey] {
    root.origins(of: witness).flatMap { origin in
      root.keys(of: witness).map { NoteKey(name: origin, kind: .witness, key: $0) }
    }
  }
}
