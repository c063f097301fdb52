import Attestations
import Bundles
import MerkleLog
import PlaneContract
import Signing
import Wire

/// Finds the entries about an attestation in the planes' logs, and their proofs.
struct LogSearch {
  /// By how much a plane's clock may have been put back: an entry is looked for from so long before its time.
  private static let margin = 3600

  let session: Session
  let root: VerifiedTrustRoot

  func training(of output: VerifiedTrainingOutput) async throws -> [BundledEvidence] {
    let entry = try await first(.training, .trainingCompleted, about: output.digest, at: output.output.createdAt)
    return [try await proof(.training, entry)]
  }

  func approval(_ approval: Attested<ModelApproval>) async throws -> [BundledEvidence] {
    let entry = try await first(
      .governance, .modelApproved, about: approval.digest, at: approval.predicate.approvedAt)
    return [try await proof(.governance, entry)]
  }

  /// The entry of the newest deployment by this approval.
  func newestDeployment(of approval: Attested<ModelApproval>) async throws -> UnverifiedEntry? {
    var newest: UnverifiedEntry?
    let start = try await index(.serving, notBefore: approval.predicate.approvedAt)
    try await scan(.serving, from: start) { entry in
      let isOurs = entry.data["approval_id"]?.string == approval.predicate.approvalID.text
      if isOurs, entry.event == EvidenceEvent.modelDeployment.rawValue { newest = entry }
      return true
    }
    return newest
  }

  /// The proof of an entry under the checkpoint that the plane chose, with those signatures under it that are right.
  func proof(_ plane: Role, _ index: Int) async throws -> BundledEvidence {
    let answer: Answer<LedgerProof> = try await session.ask(
      plane, .ledgerGet, LedgerGet.proof(index: index, size: nil).fields)
    let bytes = answer.value.entry.serialized()
    guard let text = answer.value.text else {
      throw UnsignedYet(plane: plane, index: index)
    }
    let origin = String(text.note.text.prefix { $0 != "\n" })
    guard root.origins(of: plane).contains(origin) else {
      throw Failure.unverified("\(plane.planeName)'s checkpoint is of another log, \(origin.clipped(120))")
    }
    let checkpoint = try text.checkpoint(of: origin, signedBy: root.keysEver(of: plane), for: bytes)
    let lines = CheckpointLines(under: checkpoint, of: plane, root: root).all
    let note = UnverifiedNote(text: checkpoint.note.text, lines: lines)
    let sound = try note.checkpoint(of: origin, signedBy: root.keysEver(of: plane))
    let proof = InclusionProof(index: text.index, size: sound.checkpoint.size, hashes: text.hashes)
    return BundledEvidence(
      origin: origin, entry: String(decoding: bytes, as: UTF8.self),
      proof: TlogProof(proof, checkpoint: sound).description)
  }
}

/// The newest entry of a log, for a moment: its plane has not signed a head over it.
struct UnsignedYet: Error, CustomStringConvertible {
  let plane: Role
  let index: Int
  var description: String { "\(plane.planeName) keeps no signed checkpoint over entry \(index) yet" }
}

// Logs are long: where an entry can be is found by its time first.
extension LogSearch {
  private func first(
    _ plane: Role, _ event: EvidenceEvent, about digest: Digest, at time: Timestamp
  ) async throws -> Int {
    var found: Int?
    try await scan(plane, from: index(plane, notBefore: time)) { entry in
      if entry.event == event.rawValue, entry.attestation == digest { found = entry.index }
      return found == nil
    }
    guard let found else {
      throw Failure.refused("\(plane.planeName)'s log has no \(event.rawValue) about \(digest)")
    }
    return found
  }

  /// Reads on until `visit` has seen enough or the log ends.
  private func scan(_ plane: Role, from start: Int, _ visit: (UnverifiedEntry) -> Bool) async throws {
    var index = start
    while true {
      let page = try await entries(plane, from: index, limit: LedgerGet.limits.upperBound)
      for entry in page.entries {
        guard visit(try UnverifiedEntry(entry.serialized())) else { return }
      }
      guard !page.entries.isEmpty, page.next > index, page.next < page.size else { return }
      index = page.next
    }
  }

  /// The first entry that is not older than an hour before `time`, as far as times ascend.
  private func index(_ plane: Role, notBefore time: Timestamp) async throws -> Int {
    let earliest = time.adding(seconds: -Self.margin)
    var (low, high) = (0, try await entries(plane, from: 0, limit: 1).size)
    while low < high {
      let middle = (low + high) / 2
      let entry = try await entries(plane, from: middle, limit: 1).entries.first
      let isOlder = try entry.map { try UnverifiedEntry($0.serialized()).time < earliest } ?? false
      if isOlder { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func entries(_ plane: Role, from index: Int, limit: Int) async throws -> LedgerEntries {
    let answer: Answer<LedgerEntries> = try await session.ask(
      plane, .ledgerGet, LedgerGet.entries(from: index, limit: limit).fields)
    return answer.value
  }
}
