import Attestations
import Signing
import Testing
import Wire

/// Each gate alone: one thing is wrong, one gate says so, all others pass.
@Suite struct GatesTests {
  let house: House
  let output: UnverifiedEnvelope

  init() throws {
    house = try House()
    output = try house.trainingOutput()
  }

  @Test func everyGatePassesOnAnOrdinaryDay() throws {
    let results = judge(try house.held())
    #expect(results.map(\.gate) == Gate.allCases.filter { $0 != .weights })
    #expect(results.allPassed, "\(results.failures)")
  }

  @Test func trustFailsUnderAnExpiredRoot() throws {
    let expired = try House { $0.expiresAt = House.now.adding(seconds: 1) }
    let held = try expired.held(house.approval(of: output), of: output)
    #expect(judge(held, root: expired.root).allPassed)
    expectOnly(.trust, "expired", judge(held, root: expired.root, now: House.now.adding(seconds: 1)))
  }

  @Test func trustFailsForAnApprovalMadeUnderANewerRoot() throws {
    expectOnly(
      .trust, "newer trust root", judge(try house.held(house.approval(of: output, rootVersion: 2), of: output)))
  }

  @Test func approvalFailsUntilGovernanceHasSigned() throws {
    expectOnly(.approval, "is pending", judge(try house.held(signedBy: ["alice", "bob"])))
  }

  @Test func quorumFailsWithTooFewPersons() throws {
    let held = try house.held(
      house.approval(of: output, required: 1), of: output, signedBy: ["alice", "governance-plane"])
    #expect(judge(held).allPassed)
    expectOnly(.quorum, "1 of 2", judge(held, environment: "production"))
  }

  @Test func quorumFailsWhenTheApprovalItselfAskedForMore() throws {
    let held = try house.held(house.approval(of: output, required: 3), of: output)
    expectOnly(.quorum, "2 of 3", judge(held))
  }

  @Test func validityIsFromApprovedAtUpToButNotAtExpiresAt() throws {
    let held = try house.held(house.approval(of: output, days: 1), of: output)
    #expect(judge(held, now: House.now.adding(days: 1).adding(seconds: -1)).allPassed)
    expectOnly(.validity, "expired", judge(held, now: House.now.adding(days: 1)))
    expectOnly(.validity, "begins only", judge(held, now: House.now.adding(seconds: -1)))
  }

  @Test func validityFailsWhereTheEnvironmentAllowsLess() throws {
    let held = try house.held(house.approval(of: output, days: 31), of: output)
    #expect(judge(held).allPassed)
    expectOnly(.validity, "longer than the 30 days", judge(held, environment: "production"))
  }

  @Test func environmentFailsWhereItWasNotApproved() throws {
    let held = try house.held(house.approval(of: output, environments: [house.names.staging]), of: output)
    expectOnly(.environment, "not approved for production", judge(held, environment: "production"))
  }

  /// Leaving the environment out bypassed upstream's check.
  @Test func environmentFailsWhenItIsLeftOutOrUnknown() throws {
    for (name, reason) in [(nil, "no environment was named"), ("moon", "names no environment moon")] {
      let results = judge(try house.held(), environment: name)
      #expect(Set(results.filter { !$0.passed }.map(\.gate)) == [.quorum, .environment, .lease])
      #expect(results.failures.contains(reason))
    }
  }

  /// Leaving the scope out bypassed upstream's check.
  @Test func scopeFailsWhenItIsLeftOutOrAnotherOne() throws {
    let held = try house.held(house.approval(of: output, scopes: ["eu", "us"]), of: output)
    #expect(judge(held, scope: "eu").allPassed)
    expectOnly(.scope, "no scope was named", judge(held))
    expectOnly(.scope, "not approved for mars", judge(held, scope: "mars"))
  }

  @Test func withoutApprovedScopesAnyScopePasses() throws {
    #expect(judge(try house.held(), scope: "mars").allPassed)
  }

  @Test func revocationFailsByAnyTombstone() throws {
    let revocations = try [house.revocation(weights: house.names.otherWeights), house.revocation()]
    let tombstones = try revocations.map {
      try Tombstone(revocation: Tombstone.verify($0, root: house.root, now: House.now), deadApprovals: [])
    }
    let held = try house.held()
    expectOnly(.revocation, "revoked by alice", judge(held, tombstones: tombstones))
    #expect(judge(held, tombstones: [tombstones[0]]).allPassed)
  }

  @Test func clockFailsWhenItHasGoneBack() throws {
    let held = try house.held()
    #expect(judge(held, highest: House.now.adding(seconds: 30)).allPassed)
    expectOnly(.clock, "31 s behind", judge(held, highest: House.now.adding(seconds: 31)))
  }

  @Test func withoutAnApprovalEveryGateIsStillNamed() throws {
    let results = gates().evaluate(nil)
    #expect(results.map(\.gate) == Gate.allCases.filter { $0 != .weights })
    #expect(results.filter(\.passed).map(\.gate) == [.trust, .lease, .clock])
    #expect(results.first { $0.gate == .approval }?.reason.contains("is known here") == true)
    #expect(results.first { $0.gate == .quorum }?.reason.contains("not evaluated") == true)
  }

  @Test func aBrokenApprovalFailsItsOwnGateWithTheReason() throws {
    let fault = GateFault(gate: .training, reason: "weights_hash is not what was trained")
    let broken = ApprovalCandidate(
      approvalID: house.names.approval, digest: Digest(hashing: []), approvedAt: House.now, held: .failure(fault))
    let results = gates().evaluate(broken)
    #expect(results.map(\.gate) == Gate.allCases.filter { $0 != .weights })
    #expect(results.first { $0.gate == .training }?.reason == fault.reason)
    #expect(results.filter(\.passed).map(\.gate) == [.trust, .lease, .clock])
  }

  private func gates(
    root: VerifiedTrustRoot? = nil, environment: String? = "staging", scope: String? = nil, now: Timestamp = House.now,
    highest: Timestamp? = nil, tombstones: [Tombstone] = []
  ) -> Gates {
    let question = GateQuestion(
      modelID: house.names.model, environment: environment.map(EnvironmentName.init(checked:)),
      scope: scope.map(ScopeName.init(checked:)))
    let context = GateContext(root: root ?? house.root, now: now, highestTime: highest ?? now) { _ in tombstones }
    return Gates(question: question, context: context)
  }

  private func judge(
    _ held: HeldApproval, root: VerifiedTrustRoot? = nil, environment: String? = "staging", scope: String? = nil,
    now: Timestamp = House.now, highest: Timestamp? = nil, tombstones: [Tombstone] = []
  ) -> [GateResult] {
    gates(root: root, environment: environment, scope: scope, now: now, highest: highest, tombstones: tombstones)
      .evaluate(ApprovalCandidate(held))
  }

  private func expectOnly(
    _ gate: Gate, _ reason: String, _ results: [GateResult], at location: SourceLocation = #_sourceLocation
  ) {
    let failed = results.filter { !$0.passed }
    #expect(failed.map(\.gate) == [gate], "\(results.failures)", sourceLocation: location)
    #expect(failed.first?.reason.contains(reason) == true, "\(results.failures)", sourceLocation: location)
  }
}
