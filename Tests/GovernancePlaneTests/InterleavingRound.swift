import Attestations
import GRDB
import PlaneContract
import Signing
import Synchronization
import TestSupport
import Testing
import Wire

/// One model, one approval that needs two people, and what everybody does with it at once. What was accepted is written down, and
/// judged once all have been answered.
final class InterleavingRound: Sendable {
  enum Act: String, CaseIterable {
    case proposeAgain, bobSigns, bobSignsAgain, bobsLaptopSigns, carolSigns, carolSignsAnother, bobRejects, carolRejects
    case aliceRevokes, bobRevokesByName

    /// Rarer than the others, or nothing would ever become active.
    var ends: Bool { [.bobRejects, .carolRejects, .aliceRevokes, .bobRevokesByName].contains(self) }
  }

  private struct Accepted {
    var signers: Set<String> = []
    var isRejected = false
    var revocations: Set<Digest> = []
    var problems: [String] = []
  }

  let approval: ModelApproval
  private let governance: Governance
  private let result: TrainingResult
  private let output: UnverifiedEnvelope
  private let acts: [(act: Act, patience: Int)]
  /// Before everybody else, or in the middle of them.
  private let isProposedFirst: Bool
  private let accepted = Mutex(Accepted())

  /// Who acts is chosen, and for how many turns of the others they wait.
  init(_ number: Int, at governance: Governance, _ choices: inout SeededGenerator) throws {
    self.governance = governance
    result = TestHouse.result(model: "model-\(number)", weights: "weights \(number)", run: "run-\(number)")
    output = try governance.house.trainingOutput(result, at: governance.plane.clock.now())
    approval = TestHouse.approval(
      of: output, result, id: "approval:\(number)", environments: ["production"], required: 2,
      at: governance.plane.clock.now())
    var acts: [(Act, Int)] = []
    let (zeal, anger) = (Int.random(in: 1...8, using: &choices), Int.random(in: 0...3, using: &choices))
    for act in Act.allCases.shuffled(using: &choices) {
      guard Int.random(in: 0..<9, using: &choices) < (act.ends ? anger : zeal) else { continue }
      acts.append((act, Int.random(in: 0..<8, using: &choices)))
    }
    self.acts = acts
    isProposedFirst = Bool.random(using: &choices)
  }

  /// Where the approval stands once everybody was answered; nil when it was revoked before anybody could propose it.
  func play() async throws -> ApprovalStatus? {
    try await governance.publish(output)
    if isProposedFirst { try await attempt { try await self.propose() } }
    try await withThrowingTaskGroup(of: Void.self) { group in
      if !isProposedFirst { group.addTask { try await self.attempt { try await self.propose() } } }
      for (act, patience) in acts {
        group.addTask {
          for _ in 0..<patience { await Task.yield() }
          try await self.attempt { try await self.perform(act) }
        }
      }
      try await group.waitForAll()
    }
    return try await settle()
  }

  /// A refusal is an answer like any other, unless the plane failed.
  private func attempt(_ body: () async throws -> Void) async throws {
    do { try await body() } catch let refusal as Refusal {
      let known: [ErrorCode] = [.conflict, .notFound, .policyFailed, .invalidRequest]
      if !known.contains(refusal.code) { accepted.withLock { $0.problems.append("\(refusal)") } }
    }
  }

  private func perform(_ act: Act) async throws {
    switch act {
    case .proposeAgain: try await propose()
    case .bobSigns, .bobSignsAgain: try await sign("bob", person: "bob")
    case .bobsLaptopSigns: try await sign("bob-laptop", person: "bob")
    case .carolSigns: try await sign("carol", person: "carol")
    case .carolSignsAnother: try await signAnother()
    case .bobRejects: try await reject("bob")
    case .carolRejects: try await reject("carol")
    case .aliceRevokes: try await revoke("alice", named: nil)
    case .bobRevokesByName: try await revoke("bob", named: approval.approvalID.text)
    }
  }
}

// What people do.
extension InterleavingRound {
  private func propose() async throws { note(try await governance.propose(approval), by: "alice") }

  private func sign(_ name: String, person: String) async throws {
    note(try await governance.sign(approval, as: name), by: person)
  }

  private func note(_ state: ApprovalState, by person: String) {
    accepted.withLock { accepted in
      // Who is answered that it has ended may have come too late to be counted.
      if [.pending, .active].contains(state.status) { accepted.signers.insert(person) }
      if state.status == .active, state.approvers.count < 2 {
        accepted.problems.append("active with \(state.approvers)")
      }
    }
  }

  /// Carol's signature over an approval with other scopes.
  private func signAnother() async throws {
    let other = TestHouse.approval(
      of: output, result, id: approval.approvalID.text, environments: ["staging"])
    let key = try governance.house.key("carol")
    _ = try await governance.sign(
      approval.approvalID, as: "carol", signature: governance.signature(other, by: key),
      nanda: key.sign(NandaRecord(other).hash))
    accepted.withLock { $0.problems.append("a signature over another approval was taken") }
  }

  private func reject(_ name: String) async throws {
    try await governance.reject(approval, as: name)
    accepted.withLock { $0.isRejected = true }
  }

  private func revoke(_ name: String, named id: String?) async throws {
    let revocation = try governance.house.revocation(
      of: result, approvalID: id, by: name, at: governance.plane.clock.now())
    try await governance.revoke(revocation, as: name)
    _ = accepted.withLock { $0.revocations.insert(revocation.payloadDigest) }
  }
}

// What must hold then.
extension InterleavingRound {
  private func settle() async throws -> ApprovalStatus? {
    let accepted = accepted.withLock { $0 }
    #expect(accepted.problems.isEmpty, "\(story): \(accepted.problems)")
    try await expectEveryRevocationIsTold(accepted)
    let detail: ApprovalDetail
    do { detail = try await governance.get(approval) } catch let refusal as Refusal where refusal.code == .notFound {
      #expect(!accepted.revocations.isEmpty && accepted.signers.isEmpty, "\(story)")
      return nil
    }
    let expected = Self.expectedStatus(accepted)
    #expect(detail.status == expected, "\(story): \(accepted)")
    try await expectProof(of: detail, accepted)
    return detail.status
  }

  private static func expectedStatus(_ accepted: Accepted) -> ApprovalStatus {
    if !accepted.revocations.isEmpty { return .revoked }
    if accepted.isRejected { return .rejected }
    return accepted.signers.count >= 2 ? .active : .pending
  }

  /// The signatures themselves, verified here, and what serving is told.
  private func expectProof(of detail: ApprovalDetail, _ accepted: Accepted) async throws {
    let envelope = try #require(detail.approval)
    let held = try ProvenApproval.verify(
      approval: envelope, training: detail.trainingOutput, root: governance.house.root
    ).held
    #expect(Set(held.quorum.approvers.keys.map(\.text)) == accepted.signers, "\(story)")
    #expect(!held.isSignedByGovernance || held.quorum.count >= 2, "\(story)")
    if accepted.isRejected { #expect(!held.isSignedByGovernance, "\(story): what was rejected had never been active") }
    let published = try await waiting(.approvalPublish, held.digest)
    #expect(published == accepted.revocations.isEmpty, "\(story): serving is told of what lives, and only of that")
  }

  private func expectEveryRevocationIsTold(_ accepted: Accepted) async throws {
    for revocation in accepted.revocations {
      #expect(try await waiting(.revocationPublish, revocation), "\(story): a revocation was lost")
    }
  }

  private func waiting(_ kind: MessageKind, _ digest: Digest) async throws -> Bool {
    let sql = "SELECT EXISTS (SELECT 1 FROM outbox WHERE kind = ? AND digest = ?)"
    return try await governance.plane.context.database.read { database in
      try Bool.fetchOne(database, sql: sql, arguments: [kind.rawValue, digest.description]) ?? false
    }
  }

  private var story: String {
    "\(approval.approvalID), proposed \(isProposedFirst ? "first" : "meanwhile"): \(acts.map { "\($0.act)+\($0.patience)" })"
  }
}
