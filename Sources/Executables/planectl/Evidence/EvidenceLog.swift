import Attestations
import MerkleLog
import PlaneContract
import Signing
import Wire

/// The evidence of one plane, asked for and not believed: heads must be signed, entries in order, proofs must prove.
///
/// Whatever does not hold is thrown as a `Failure` with the status `unverified`.
struct EvidenceLog: Sendable {
  let known: KnownLog
  let session: Session

  init(of plane: Role, session: Session) {
    known = KnownLog(of: plane, root: session.root)
    self.session = session
  }

  var plane: Role { known.plane }

  /// The newest head that the plane has signed.
  func head() async throws -> VerifiedCheckpoint { try await heads().latest }

  /// The newest head, and the newest that carries cosignatures.
  func heads() async throws -> (latest: VerifiedCheckpoint, cosigned: VerifiedCheckpoint?) {
    let answer: Answer<LedgerHead> = try await ask(.head)
    return try believing("its checkpoint") {
      (try known.checkpoint(answer.value.checkpoint), try answer.value.cosigned.map(known.checkpoint))
    }
  }

  /// What this plane says that it has seen of another's log, unverified.
  func sightings() async throws -> [UnverifiedNote] {
    let answer: Answer<LedgerHead> = try await ask(.head)
    return answer.value.witnessed
  }

  /// Entries from `index` on, at least one and at most `limit`, in order and without a gap. Not proven.
  func entries(from index: Int, limit: Int) async throws -> [UnverifiedEntry] {
    let limit = min(max(limit, LedgerGet.limits.lowerBound), LedgerGet.limits.upperBound)
    let answer: Answer<LedgerEntries> = try await ask(.entries(from: index, limit: limit))
    guard !answer.value.entries.isEmpty, answer.value.entries.count <= limit else {
      throw Failure.unverified("\(plane.planeName) gives no entry \(index), though it has signed for it")
    }
    return try answer.value.entries.enumerated().map { offset, object in try entry(object, at: index + offset) }
  }

  /// An entry with its proof under a head.
  func proof(of index: Int, under head: Checkpoint) async throws -> (UnverifiedEntry, InclusionProof) {
    let answer: Answer<LedgerProof> = try await ask(.proof(index: index, size: head.size))
    let (entry, proof) = (try entry(answer.value.entry, at: index), answer.value.proof)
    try believing("its proof of entry \(index)") {
      guard proof.index == index, proof.size == head.size,
        try proof.root(from: MerkleHash.leaf(entry.bytes)) == head.root
      else { throw ProofError.anotherEntry }
    }
    return (entry, proof)
  }

  /// Throws unless the log with this head begins with that of `size` entries and this root.
  func check(size: Int, root: Digest, isBeginningOf newest: Checkpoint) async throws {
    var proof = ConsistencyProof(oldSize: size, newSize: newest.size, hashes: [])
    if size < newest.size {
      let answer: Answer<LedgerConsistency> = try await ask(.consistency(from: size, size: newest.size))
      proof = answer.value.proof
    }
    let claim =
      size < newest.size
      ? "that it only grew from \(size) to \(newest.size) entries"
      : "that its \(size) entries are those that were seen before"
    try believing(claim) {
      guard proof.oldSize == size, proof.newSize == newest.size else { throw ProofError.anotherPast }
      try proof.check(from: root, to: newest.root)
    }
  }

  /// The root that the plane says its log had with so many entries. Nobody has signed that.
  func statedRoot(size: Int) async throws -> Digest {
    let answer: Answer<LedgerProof> = try await ask(.proof(index: 0, size: size))
    return answer.value.root
  }

  /// The entry with a proof that others can check with nobody's help.
  func portableProof(of index: Int) async throws -> ProvenEntry {
    let answer: Answer<LedgerProof> = try await ask(.proof(index: index, size: nil))
    let entry = try entry(answer.value.entry, at: index)
    guard let proof = answer.value.text else {
      throw Failure.unverified("\(plane.planeName) has no signed checkpoint over entry \(index)")
    }
    return try believing("its proof of entry \(index)") { try ProvenEntry(entry, proof, in: known) }
  }

  /// Runs a check of what the plane has shown, and says of which plane's word it was when it fails.
  func believing<Value>(_ what: String, _ check: () throws -> Value) throws -> Value {
    do { return try check() } catch {
      throw Failure.unverified(
        "\(plane.planeName) is not believed: \(what) does not hold: \(error)",
        hint: "planectl log \(plane.planeName) --verify says how far the log is right")
    }
  }

  private func entry(_ object: JSONObject, at index: Int) throws -> UnverifiedEntry {
    let entry = try believing("entry \(index)") { try UnverifiedEntry(object.serialized()) }
    guard entry.index == index else {
      throw Failure.unverified("\(plane.planeName) answered with entry \(entry.index) where \(index) was asked for")
    }
    return entry
  }

  /// A plane that answers and cannot show its log, because its database is damaged, is no plane that is away.
  private func ask<Result: Body>(_ question: LedgerGet) async throws -> Answer<Result> {
    do { return try await session.ask(plane, .ledgerGet, question.fields) } catch let refusal as Refusal
      where refusal.code == .unavailable
    {
      throw Failure.unverified(
        "\(plane.planeName) cannot show its log: \(refusal.message)",
        hint: "keep a copy of its database; 'Evidence that does not hold' in the operations guide says what to do")
    }
  }
}

/// An entry whose place in its log was verified, with what proves it to anybody.
struct ProvenEntry: Sendable {
  let entry: UnverifiedEntry
  let id: EvidenceID
  let checkpoint: VerifiedCheckpoint
  let witnesses: [WitnessedHead]
  /// A c2sp.org/tlog-proof@v1 with only the signatures that were verified.
  let text: String

  /// Throws `NoteError` and `ProofError`.
  init(_ entry: UnverifiedEntry, _ proof: TlogProof, in log: KnownLog) throws {
    guard proof.index == entry.index else { throw ProofError.anotherEntry }
    checkpoint = try log.checkpoint(proof, of: entry)
    self.entry = entry
    id = log.id(of: entry.index)
    witnesses = log.witnessed(checkpoint)
    text =
      TlogProof(
        InclusionProof(index: proof.index, size: checkpoint.checkpoint.size, hashes: proof.hashes),
        checkpoint: try log.checkpoint(log.verifiedNote(checkpoint))
      ).description
  }

  /// The members of one piece of a bundle's evidence, and who has cosigned.
  var fields: JSONObject {
    [
      "id": .string(id.description), "origin": .string(id.origin.description), "index": .init(id.index),
      "entry": .string(String(decoding: entry.bytes, as: UTF8.self)), "proof": .string(text),
      "size": .init(checkpoint.checkpoint.size), "cosigned_by": .array(witnesses.map { .object($0.fields) }),
    ]
  }
}
