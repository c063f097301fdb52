import AgentFacts
import Attestations
import Bundles
import MerkleLog
import PlaneContract
import Signing
import Wire

/// Where governance's log holds each approval. It is read once from the beginning, and then on, by governance's word alone; what is told
/// of it rests on the proof that is asked for each time.
actor ApprovalLog {
  /// Entries that are read on for one question.
  private static let maximumPages = 200
  /// How long governance is not asked again after it did not answer: a document does not wait for its proof.
  private static let pause = Duration.seconds(10)

  private let line: PlaneLine
  private let trust: FollowedTrust
  private var places: [Digest: Int] = [:]
  private var next = 0
  private var askFrom = ContinuousClock.now

  /// - Parameter line: of this asker alone, and with little patience.
  init(line: PlaneLine, trust: FollowedTrust) {
    self.line = line
    self.trust = trust
  }

  /// Nil where the log does not show the approval, or governance does not answer.
  func evidence(of approval: HeldApproval) async -> ApprovalEvidence? {
    guard .now >= askFrom else { return nil }
    do { return try await proof(of: approval) } catch {
      // A log that was restored may be shorter.
      if error is Refusal { (places, next) = ([:], 0) }
      askFrom = .now + Self.pause
      return nil
    }
  }

  private func proof(of approval: HeldApproval) async throws -> ApprovalEvidence? {
    if places[approval.digest] == nil { try await readOn() }
    guard let index = places[approval.digest] else { return nil }
    let question = LedgerGet.proof(index: index, size: nil)
    let answer: LedgerProof = try await line.ask(.ledgerGet, question)
    guard let text = answer.text, let origin = text.note.text.split(separator: "\n").first else { return nil }
    let evidence = BundledEvidence(
      origin: String(origin), entry: String(decoding: answer.entry.serialized(), as: UTF8.self),
      proof: text.description)
    do { return try ApprovalEvidence(evidence, of: approval, root: trust.root) } catch {
      // A log that was restored holds its approvals elsewhere.
      (places, next) = ([:], 0)
      return nil
    }
  }

  private func readOn() async throws {
    for _ in 0..<Self.maximumPages {
      let question = LedgerGet.entries(from: next, limit: LedgerGet.limits.upperBound)
      let page: LedgerEntries = try await line.ask(.ledgerGet, question)
      for object in page.entries {
        let entry = try UnverifiedEntry(object.serialized())
        if entry.event == EvidenceEvent.modelApproved.rawValue, let digest = entry.attestation {
          places[digest] = entry.index
        }
      }
      guard !page.entries.isEmpty, page.next > next else { return }
      next = page.next
    }
  }
}
