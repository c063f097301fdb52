import Attestations
import MerkleLog
import Signing
import Wire

private let planes: [Role] = [.training, .governance, .serving]

/// An entry, and the checkpoint that its proof leads to.
struct CheckpointedEvidence {
  let evidence: ReadEvidence
  let proof: TlogProof
  let checkpoint: VerifiedCheckpoint
}

// The evidence: judged by the newest root of the bundle, whatever the time asked about. What is in a log is in it for ever.
extension BundleVerifier {
  func evidenceEntries(_ roots: RootVersions) throws -> Passed<[ReadEvidence]> {
    let subjects = EvidenceSubjects(bundle)
    var found: [ReadEvidence] = []
    for (position, item) in bundle.evidence.enumerated() {
      let evidence = try at(position) { try read(item, subjects, roots.newest) }
      if let last = found.last, !isOrdered(last, evidence) {
        throw BundleFault("evidence[\(position)]: it stands twice, or not in the order of planes and indices")
      }
      found.append(evidence)
    }
    for (role, event) in subjects.required where !found.contains(where: { $0.role == role && $0.event == event }) {
      throw BundleFault("there is no \(event.rawValue) of the \(role.rawValue) plane")
    }
    return Passed(found, "\(found.count) entries, each about these papers")
  }

  private func read(
    _ item: BundledEvidence, _ subjects: EvidenceSubjects, _ root: VerifiedTrustRoot
  ) throws -> ReadEvidence {
    guard let role = planes.first(where: { root.origins(of: $0).contains(item.origin) }) else {
      throw BundleFault("\(item.origin.clipped(120)) is no log of this trust root's planes")
    }
    let entry = try UnverifiedEntry(Array(item.entry.utf8))
    guard let event = EvidenceEvent(rawValue: entry.event), subjects.contains(entry.attestation, of: event, by: role)
    else { throw BundleFault("\(entry.event.clipped(64)) of the \(role.rawValue) plane is not about these papers") }
    return ReadEvidence(role: role, origin: item.origin, entry: entry, event: event, proof: item.proof)
  }

  private func isOrdered(_ first: ReadEvidence, _ second: ReadEvidence) -> Bool {
    let places = [first, second].map { (planes.firstIndex(of: $0.role) ?? 0, $0.entry.index) }
    return places[0] < places[1]
  }

  func evidenceCheckpoints(
    _ roots: RootVersions, _ evidence: [ReadEvidence]
  ) throws -> Passed<[CheckpointedEvidence]> {
    let checkpointed = try evidence.enumerated().map { position, item in
      try at(position) {
        let proof = try TlogProof(item.proof)
        guard proof.description == item.proof else {
          throw BundleFault("its proof is not spelled as proofs are here")
        }
        let checkpoint = try proof.note.checkpoint(
          of: item.origin, signedBy: roots.newest.keysEver(of: item.role))
        return CheckpointedEvidence(evidence: item, proof: proof, checkpoint: checkpoint)
      }
    }
    return Passed(checkpointed, "each signed by the plane whose log it is")
  }

  func evidenceInclusion(_ items: [CheckpointedEvidence]) throws -> Passed<Void> {
    for (position, item) in items.enumerated() {
      try at(position) {
        guard item.proof.index == item.evidence.entry.index else {
          throw BundleFault("the proof is of entry \(item.proof.index), the entry says \(item.evidence.entry.index)")
        }
        let checkpoint = item.checkpoint.checkpoint
        let proof = InclusionProof(index: item.proof.index, size: checkpoint.size, hashes: item.proof.hashes)
        guard try proof.root(from: MerkleHash.leaf(item.evidence.entry.bytes)) == checkpoint.root else {
          throw ProofError.anotherEntry
        }
      }
    }
    return Passed((), "each entry stands in its log")
  }

  /// Every line under a checkpoint is the log's own or that of a witness by a key that it has now, and one of a witness is there.
  func evidenceWitnesses(_ roots: RootVersions, _ items: [CheckpointedEvidence]) throws -> Passed<Void> {
    for (position, item) in items.enumerated() {
      try at(position) { try requireWitnessed(item, roots.newest) }
    }
    return Passed((), "each checkpoint is cosigned by a plane that watches that log")
  }

  private func requireWitnessed(_ item: CheckpointedEvidence, _ root: VerifiedTrustRoot) throws {
    let note = item.checkpoint.note
    let right = CheckpointLines(under: item.checkpoint, of: item.evidence.role, root: root)
    guard !right.cosigned.isEmpty else {
      throw BundleFault("no plane that watches this log has cosigned the checkpoint")
    }
    guard right.all == note.lines, Set(note.lines.map(\.text)).count == note.lines.count else {
      throw BundleFault("a signature under the checkpoint is wrong, stands twice or is of nobody who may sign it")
    }
  }

  private func at<Value>(_ position: Int, _ body: () throws -> Value) throws -> Value {
    do { return try body() } catch { throw BundleFault("evidence[\(position)]: \(error)") }
  }
}
