import Attestations
import MerkleLog
import Signing

/// The log of another plane, by the trust root in force.
package struct PeerLog: Sendable {
  package let origin: EvidenceOrigin
  /// What it shows now is signed with one of these, and so is what it cosigns.
  private let keys: [PublicKey]
  /// What it signed before may be signed with any of these.
  private let keysEver: [PublicKey]

  package init(_ origin: EvidenceOrigin, of plane: Role, root: VerifiedTrustRoot) {
    self.origin = origin
    keys = root.keys(of: plane)
    keysEver = root.keysEver(of: plane)
  }

  /// The head that it shows now, with no signature but its own. A key that was taken from it signs nothing new. Throws `NoteError`.
  package func shown(_ note: UnverifiedNote) throws(NoteError) -> VerifiedCheckpoint {
    try note.checkpoint(of: origin.description, signedBy: keys).alone(signedBy: keys)
  }

  /// A head that it has once shown. Throws `NoteError`.
  package func remembered(_ note: UnverifiedNote) throws(NoteError) -> VerifiedCheckpoint {
    try note.checkpoint(of: origin.description, signedBy: keysEver)
  }

  /// Its plane's cosignature under a head of another log; nil where there is none by a key that it has now.
  package func cosignature(under head: VerifiedCheckpoint) -> Cosignature? {
    head.cosignatures(by: witnesses(keys)).first
  }

  /// The same by any key that it ever had: good for knowing when it looked, and for nothing else.
  package func formerCosignature(under head: VerifiedCheckpoint) -> Cosignature? {
    head.cosignatures(by: witnesses(keysEver)).first
  }

  /// A cosignature line of its plane over a checkpoint, by a key that it has now.
  package func cosignature(_ line: UnverifiedNote.Line, over checkpoint: Checkpoint) -> Cosignature? {
    witnesses(keys).lazy.compactMap { Cosignature(line, over: checkpoint, by: $0) }.first
  }

  private func witnesses(_ keys: [PublicKey]) -> [NoteKey] {
    keys.map { NoteKey(name: origin.description, kind: .witness, key: $0) }
  }
}
