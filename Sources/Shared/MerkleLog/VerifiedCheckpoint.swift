import Signing

/// A checkpoint that its log's key has signed. The only way to one is `UnverifiedNote.checkpoint(of:signedBy:)`, or to have signed it.
package struct VerifiedCheckpoint: Sendable, Equatable {
  package let checkpoint: Checkpoint
  /// As it came, with every signature under it, also those that nobody has checked.
  package let note: UnverifiedNote

  fileprivate init(checkpoint: Checkpoint, note: UnverifiedNote) {
    self.checkpoint = checkpoint
    self.note = note
  }

  /// Signs the head of one's own log.
  package init(signing checkpoint: Checkpoint, with signer: any CheckpointSigner) throws {
    let key = NoteKey(name: checkpoint.origin, kind: .log, key: signer.publicKey)
    let line = UnverifiedNote.Line(name: key.name, bytes: key.id + (try signer.sign(checkpoint)).bytes)
    self.init(checkpoint: checkpoint, note: UnverifiedNote(text: checkpoint.text, lines: [line]))
  }

  /// The same with a further signature under it, once; nothing beyond the bound.
  package func adding(_ line: UnverifiedNote.Line) -> VerifiedCheckpoint {
    guard !note.lines.contains(line), note.lines.count < UnverifiedNote.maximumSignatures else { return self }
    return VerifiedCheckpoint(
      checkpoint: checkpoint, note: UnverifiedNote(text: note.text, lines: note.lines + [line]))
  }

  /// The same with a witness's cosignature under it, in the place of an earlier one by the same key.
  package func cosigned(_ cosignature: Cosignature) -> VerifiedCheckpoint {
    let line = cosignature.line
    let others = note.lines.filter { $0.name != line.name || !$0.bytes.starts(with: line.keyID) }
    return VerifiedCheckpoint(checkpoint: checkpoint, note: UnverifiedNote(text: note.text, lines: others)).adding(line)
  }

  /// The same with nothing under it but its log's signatures by these keys: lines that nobody checked take the room of those to come.
  package func alone(signedBy keys: [PublicKey]) -> VerifiedCheckpoint {
    let lines = note.lines.filter { line in keys.contains { line.isSignature(by: $0, over: checkpoint) } }
    return VerifiedCheckpoint(checkpoint: checkpoint, note: UnverifiedNote(text: note.text, lines: lines))
  }
}

extension UnverifiedNote {
  /// The checkpoint, if one of these keys signed it as the log `origin`. Throws `NoteError`.
  ///
  /// - Parameter keys: every key that the log may sign with: a replaced key's checkpoints stay what they are.
  package func checkpoint(of origin: String, signedBy keys: [PublicKey]) throws(NoteError) -> VerifiedCheckpoint {
    guard let checkpoint = Checkpoint(text: text) else { throw .notCheckpoint }
    guard checkpoint.origin == origin else { throw .anotherOrigin(checkpoint.origin, expected: origin) }
    let isSigned = keys.contains { key in lines.contains { $0.isSignature(by: key, over: checkpoint) } }
    guard isSigned else { throw .unsigned(by: origin) }
    return VerifiedCheckpoint(checkpoint: checkpoint, note: self)
  }
}

extension UnverifiedNote.Line {
  /// What stands behind the hint, when name and hint are this key's.
  func signed(by key: NoteKey) -> [UInt8]? {
    guard name == key.name, bytes.starts(with: key.id) else { return nil }
    return Array(bytes.dropFirst(NoteKey.idByteCount))
  }

  /// Whether it is the log's own signature under its checkpoint, by this key.
  fileprivate func isSignature(by key: PublicKey, over checkpoint: Checkpoint) -> Bool {
    let noteKey = NoteKey(name: checkpoint.origin, kind: .log, key: key)
    guard let signed = signed(by: noteKey), let signature = Signature(bytes: signed) else { return false }
    return key.verifies(signature, over: checkpoint)
  }

  fileprivate var keyID: ArraySlice<UInt8> { bytes.prefix(NoteKey.idByteCount) }
}
