import MerkleLog
import Signing

/// Where a log stood when this plane believed it last.
package struct RememberedHead: Sendable, Equatable {
  package let checkpoint: Checkpoint
  /// The log's own words with the cosignatures under them. Nil where the root keys have set it anew, and the log has said nothing since.
  package let note: UnverifiedNote?

  package init(_ head: VerifiedCheckpoint) {
    self.init(head.checkpoint, head.note)
  }

  /// As the root keys set it.
  package init(reset checkpoint: Checkpoint) {
    self.init(checkpoint, nil)
  }

  /// Reads what `text` writes: a signed note, or the bare lines of a checkpoint.
  init?(text: String) {
    if let checkpoint = Checkpoint(text: text) {
      self.init(reset: checkpoint)
      return
    }
    guard let note = try? UnverifiedNote(text), let checkpoint = Checkpoint(text: note.text) else { return nil }
    self.init(checkpoint, note)
  }

  private init(_ checkpoint: Checkpoint, _ note: UnverifiedNote?) {
    self.checkpoint = checkpoint
    self.note = note
  }

  package var text: String { note?.description ?? checkpoint.text }
}
