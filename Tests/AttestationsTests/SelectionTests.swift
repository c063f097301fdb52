import Attestations
import Signing
import Testing
import Wire

@Suite struct SelectionTests {
  let house: House
  /// Three sound approvals of the same weights, a minute apart, oldest first.
  let candidates: [ApprovalCandidate]

  init() throws {
    let house = try House()
    self.house = house
    candidates = try (1...3).map { try Self.candidate(house, number: $0) }
  }

  @Test func theNewestThatPassesIsChosen() {
    #expect(choose(candidates).digest == candidates[2].digest)
    #expect(choose(candidates.reversed()).digest == candidates[2].digest)
  }

  @Test func anOlderOneThatPassesIsChosenBeforeANewerThatFails() throws {
    let revocation = try house.revocation(approval: candidates[2].approvalID, weights: house.names.otherWeights)
    let tombstone = try Tombstone(
      revocation: Tombstone.verify(revocation, root: house.root, now: House.now), deadApprovals: [])
    let chosen = choose(candidates, tombstones: [tombstone])
    #expect(chosen.digest == candidates[1].digest && chosen.results.allPassed)
  }

  @Test func whenNoneCanPassTheNewestSaysWhy() throws {
    let chosen = choose(candidates, environment: "moon")
    #expect(chosen.digest == candidates[2].digest)
    #expect(chosen.results.failures.contains("moon"))
    #expect(choose([]).results.failures.contains("no approval of org/classifier is known here"))
  }

  @Test func aTieGoesToTheGreaterDigest() throws {
    let tie = try ["approval:a", "approval:b"].map { try Self.candidate(house, id: $0, minutes: 0) }
    let greater = max(tie[0].digest, tie[1].digest)
    #expect(choose(tie).digest == greater)
    #expect(choose(tie.reversed()).digest == greater)
  }

  @Test func whatIsDeployedIsJudgedBeforeWhatIsNewer() {
    #expect(choose(candidates, deployed: candidates[0].digest).digest == candidates[0].digest)
    #expect(choose(candidates, deployed: Digest(hashing: [])).digest == candidates[2].digest)
  }

  /// A newer approval does not let revoked weights go on running.
  @Test func whatIsDeployedIsJudgedThoughItFailsAndANewerOnePasses() throws {
    let tombstone = try Tombstone(
      revocation: Tombstone.verify(
        house.revocation(approval: candidates[0].approvalID, weights: house.names.otherWeights), root: house.root,
        now: House.now), deadApprovals: [])
    let chosen = choose(candidates, deployed: candidates[0].digest, tombstones: [tombstone])
    #expect(chosen.digest == candidates[0].digest && !chosen.results.allPassed)
  }

  @Test func aNamedApprovalIsTheOnlyOneJudged() throws {
    #expect(choose(candidates, approval: candidates[1].approvalID).digest == candidates[1].digest)
    let unknown = choose(candidates, approval: ApprovalID(checked: "approval:unknown"))
    #expect(unknown.digest == nil && !unknown.results.allPassed)
  }

  /// The answer then names an approval of other weights, which the gate `weights` must refuse.
  @Test func weightsThatNobodyApprovedAreAnsweredWithTheNewestApproval() throws {
    #expect(choose(candidates, weights: house.names.weights).digest == candidates[2].digest)
    #expect(choose(candidates, weights: house.names.otherWeights).digest == candidates[2].digest)
    let other = try Self.candidate(house, id: "approval:other", minutes: 0, weights: house.names.otherWeights)
    #expect(choose(candidates + [other], weights: house.names.weights).digest == candidates[2].digest)
    #expect(choose(candidates + [other], weights: house.names.otherWeights).digest == other.digest)
  }

  @Test func aBrokenApprovalExplainsItselfWhenNothingElseAnswers() throws {
    let fault = GateFault(gate: .approval, reason: "alice did not sign it")
    let broken = ApprovalCandidate(
      approvalID: house.names.approval, digest: Digest(hashing: [1]), approvedAt: House.now.adding(days: 1),
      held: .failure(fault))
    #expect(choose([broken]).results.failures.contains(fault.reason))
    #expect(choose(candidates + [broken]).results.allPassed)
  }

  private static func candidate(_ house: House, number: Int) throws -> ApprovalCandidate {
    try candidate(house, id: "approval:\(number)", minutes: number - 3)
  }

  private static func candidate(
    _ house: House, id: String, minutes: Int, weights: Digest? = nil
  ) throws -> ApprovalCandidate {
    let output = try house.trainingOutput(attested: house.result(weights: weights))
    let moment = House.now.adding(seconds: 60 * minutes)
    let approval = house.approval(id: ApprovalID(checked: id), of: output, weights: weights, at: moment)
    return ApprovalCandidate(try house.held(approval, of: output))
  }

  private func choose(
    _ candidates: [ApprovalCandidate], environment: String = "staging", approval: ApprovalID? = nil,
    weights: Digest? = nil, deployed: Digest? = nil, tombstones: [Tombstone] = []
  ) -> (digest: Digest?, results: [GateResult]) {
    let question = GateQuestion(
      modelID: house.names.model, environment: EnvironmentName(checked: environment), scope: nil, approvalID: approval,
      weightsHash: weights)
    let context = GateContext(root: house.root, now: House.now, highestTime: House.now) { _ in tombstones }
    let chosen = Selection.choose(
      from: ApprovalCandidates(candidates), gates: Gates(question: question, context: context), deployed: deployed)
    return (chosen.candidate?.digest, chosen.results)
  }
}
