import Signing

/// An inclusion proof with the checkpoint that it is of, as one text (C2SP tlog-proof). Unverified: `checkpoint(of:signedBy:for:)` checks it.
package struct TlogProof: Sendable, Equatable, CustomStringConvertible {
  package static let maximumBytes = UnverifiedNote.maximumBytes + (8 << 10)
  private static let header = "c2sp.org/tlog-proof@v1"

  package let index: Int
  package let hashes: [Digest]
  package let note: UnverifiedNote

  package init(_ proof: InclusionProof, checkpoint: VerifiedCheckpoint) {
    index = proof.index
    hashes = proof.hashes
    note = checkpoint.note
  }

  /// Reads a proof. Opaque extra data is skipped: this project's proofs carry none. Throws `NoteError`.
  package init(_ text: String) throws(NoteError) {
    guard text.utf8.count <= Self.maximumBytes else { throw .malformed("is over \(Self.maximumBytes) bytes") }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first == Self.header[...], let blank = lines.firstIndex(of: "") else {
      throw .malformed("is no \(Self.header)")
    }
    var fields = lines[1..<blank]
    if let extra = fields.first, extra.hasPrefix("extra ") {
      guard Base64.decode(String(extra.dropFirst(6))) != nil else {
        throw .malformed("has extra data that is no base64")
      }
      fields = fields.dropFirst()
    }
    guard let first = fields.first, first.hasPrefix("index "), let index = Int(first.dropFirst(6)), index >= 0,
      first == "index \(index)"
    else { throw .malformed("has no index") }
    guard fields.count - 1 <= ConsistencyProof.maximumHashes else { throw .malformed("has too many hashes") }
    var hashes: [Digest] = []
    for line in fields.dropFirst() {
      guard let hash = Base64.decode(String(line)).flatMap(Digest.init(bytes:)), Base64.encode(hash.bytes) == line
      else {
        throw .malformed("has a hash that is not 32 bytes in base64")
      }
      hashes.append(hash)
    }
    self.index = index
    self.hashes = hashes
    note = try UnverifiedNote(lines[(blank + 1)...].joined(separator: "\n"))
  }

  package var description: String {
    let hashes = hashes.map { "\(Base64.encode($0.bytes))\n" }.joined()
    return "\(Self.header)\nindex \(index)\n\(hashes)\n\(note)"
  }

  /// The checkpoint, if one of these keys signed it as the log `origin` and `entry` stands in that log at `index`. Throws `NoteError`
  /// for the checkpoint and `ProofError` for the proof.
  package func checkpoint(
    of origin: String, signedBy keys: [PublicKey], for entry: [UInt8]
  ) throws -> VerifiedCheckpoint {
    let verified = try note.checkpoint(of: origin, signedBy: keys)
    let proof = InclusionProof(index: index, size: verified.checkpoint.size, hashes: hashes)
    guard try proof.root(from: MerkleHash.leaf(entry)) == verified.checkpoint.root else {
      throw ProofError.anotherEntry
    }
    return verified
  }
}
