import Signing

/// A key as signed notes know it (C2SP signed-note): with a name, and for one kind of signature alone.
package struct NoteKey: Hashable, Sendable {
  package enum Kind: UInt8, Sendable {
    /// The log's own signature over a checkpoint.
    case log = 0x01
    /// A witness's cosignature/v1.
    case witness = 0x04
  }

  package static let idByteCount = 4

  package let name: String
  package let kind: Kind
  package let key: PublicKey

  /// `name` is the log's origin, for a witness that of its own log.
  package init(name: String, kind: Kind, key: PublicKey) {
    self.name = name
    self.kind = kind
    self.key = key
  }

  /// A hint by which a line finds its key, no proof of anything.
  package var id: [UInt8] {
    Array(Digest(hashing: Array("\(name)\n".utf8) + [kind.rawValue] + key.bytes).bytes.prefix(Self.idByteCount))
  }

  /// The verifier key as other tools take it: `name+id+base64(kind || key)`.
  package var verifierText: String { "\(name)+\(Hex.encode(id))+\(Base64.encode([kind.rawValue] + key.bytes))" }
}
