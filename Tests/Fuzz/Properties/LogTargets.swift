import Attestations
import MerkleLog
import Signing
import Wire

extension FuzzTarget {
  /// Input: the payload of a log reset, which is signed with the two root keys of the house.
  static let logReset = FuzzTarget("log-reset") { payload in
    let house = try FuzzHouse.only.get()
    let keys = [try house.key("root"), try house.key("second-root")]
    func verified(_ signers: [SecretKey]) throws -> VerifiedLogReset? {
      try? house.root.verified(reset: UnverifiedEnvelope(signing: payload, as: .logReset, by: signers))
    }
    guard let read = try verified(keys) else { return false }
    let reset = read.reset
    try promise((1...Checkpoint.maximumSize).contains(reset.checkpoint.size), "a reset names a head of some entries")
    try promise((1...1000).contains(reset.reason.utf8.count), "a reset has a reason")
    try promise(read.digest == Digest(hashing: payload), "the digest is of the bytes as they stood")
    let again = try house.root.verified(reset: reset.signed(by: keys))
    try promise(again.reset == reset, "a reset is written so that it reads the same")
    try promise(verified([keys[0], keys[0]]) == nil, "the threshold is counted")
    try promise(verified([keys[0], house.key("alice")]) == nil, "an approver is no root")
    return true
  }

  /// Input: a signed note, whose text may be a checkpoint.
  static let note = FuzzTarget("note", isJSON: false) { input in
    guard let note = try? UnverifiedNote(String(decoding: input, as: UTF8.self)) else { return false }
    try promise((1...UnverifiedNote.maximumSignatures).contains(note.lines.count), "1 to 16 signatures")
    try promise((try UnverifiedNote(note.description)) == note, "a note is written so that it reads the same")
    guard let checkpoint = Checkpoint(text: note.text) else { return true }
    try promise(checkpoint.text == note.text, "a checkpoint has one spelling")
    let (key, stranger) = (try FuzzHouse.only.get().key("training-plane"), try FuzzHouse.only.get().key("stranger"))
    let signed = try VerifiedCheckpoint(signing: checkpoint, with: key)
    try promise(
      (try? signed.note.checkpoint(of: checkpoint.origin, signedBy: [key.publicKey])) == signed,
      "what is signed verifies")
    try promise(
      (try? note.checkpoint(of: checkpoint.origin, signedBy: [stranger.publicKey])) == nil, "nobody's key is forged")
    return true
  }

  /// Input: an inclusion proof with its checkpoint, as text.
  static let tlogProof = FuzzTarget("tlog-proof", isJSON: false) { input in
    guard let proof = try? TlogProof(String(decoding: input, as: UTF8.self)) else { return false }
    try promise(proof.hashes.count <= ConsistencyProof.maximumHashes, "at most 63 hashes")
    try promise((try TlogProof(proof.description)) == proof, "a proof is written so that it reads the same")
    guard let checkpoint = Checkpoint(text: proof.note.text) else { return true }
    let path = InclusionProof(index: proof.index, size: checkpoint.size, hashes: proof.hashes)
    let others = ["", "another"].map { MerkleHash.leaf(Array($0.utf8)) }
    let roots = others.compactMap { try? path.root(from: $0) }
    try promise(roots.isEmpty || Set(roots).count == 2, "two entries never have one root")
    return true
  }

  /// Input: the bytes of an entry of some plane's evidence.
  static let evidenceEntry = FuzzTarget("evidence-entry") { input in
    guard let entry = try? UnverifiedEntry(input) else { return false }
    try promise(entry.bytes == input && input.count <= EvidenceEntry.maximumByteCount, "the bytes are the leaf's")
    let members = (try StrictJSON.parse(input)).object?.members.map(\.key)
    try promise(members == ["v", "index", "time", "event", "data", "attestation_digest"], "six members in their order")
    guard let event = EvidenceEvent(rawValue: entry.event) else { return true }
    let written = EvidenceEntry(
      index: entry.index, time: entry.time, event: event, data: entry.data, attestation: entry.attestation)
    try promise(written.bytes == input, "an entry has one spelling")
    return true
  }
}
