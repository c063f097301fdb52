import Attestations
import Signing
import Testing
import Wire

/// The `lease` gate, and what runs under a root that has ended.
@Suite struct LeaseGateTests {
  let house: House
  let held: HeldApproval

  init() throws {
    house = try House { draft in
      draft.environments[EnvironmentName(checked: "staging")] = EnvironmentPolicy(
        requiredApprovers: 1, maxTTLDays: 90, leaseSeconds: 300, leaseGraceSeconds: 600)
      draft.expiresAt = House.now.adding(days: 20)
    }
    held = try house.held()
  }

  private func lease(_ house: House? = nil, seconds: Int = 300, by signer: String = "governance-plane") throws
    -> HeldLease
  {
    let house = house ?? self.house
    let lease = Lease(
      root: house.root, issuedAt: House.now, expiresAt: House.now.adding(seconds: seconds),
      revocations: RevocationChain())
    return try HeldLease(verifying: UnverifiedEnvelope(attesting: lease, by: [House.key(signer)]), root: house.root)
  }

  private func gates(
    after seconds: Int, _ lease: HeldLease?, runs: Bool = false, environment: String = "staging", announced: Int? = nil,
    root: VerifiedTrustRoot? = nil
  ) -> Gates {
    let now = House.now.adding(seconds: seconds)
    let question = GateQuestion(
      modelID: house.names.model, environment: EnvironmentName(checked: environment), scope: nil)
    let context = GateContext(
      root: root ?? house.root, now: now, highestTime: now, lease: lease, announcedRoot: announced,
      running: runs ? held.digest : nil
    ) { _ in [] }
    return Gates(question: question, context: context)
  }

  private func verdict(_ gate: Gate, _ gates: Gates) throws -> GateResult {
    try #require(gates.evaluate(ApprovalCandidate(held)).first { $0.gate == gate })
  }

  @Test func withoutALeaseNothingPassesNotEvenWhatRuns() throws {
    #expect(try !verdict(.lease, gates(after: 0, nil)).passed)
    #expect(try !verdict(.lease, gates(after: 0, nil, runs: true)).passed)
  }

  @Test func afterItsEndOnlyWhatRunsPassesAndIsMarkedAndAfterTheGraceNothing() throws {
    let lease = try lease()
    #expect(try verdict(.lease, gates(after: 299, lease)).passed)
    #expect(try !verdict(.lease, gates(after: 300, lease)).passed)
    let stale = try verdict(.lease, gates(after: 899, lease, runs: true))
    #expect(stale.passed && stale.reason.hasPrefix("stale"))
    #expect(try !verdict(.lease, gates(after: 900, lease, runs: true)).passed)
  }

  @Test func aLeaseThatClaimsALongerLifeThanThePolicyAllowsEndsAllTheSame() throws {
    #expect(try !verdict(.lease, gates(after: 300, lease(seconds: 1_000_000))).passed)
  }

  @Test func aLeaseFromTheFutureIsNone() throws {
    #expect(try !verdict(.lease, gates(after: -31, lease(), runs: true)).passed)
  }

  @Test func aLeaseByAKeyThatIsNoLongerGovernancesLetsNothingBegin() throws {
    let environments = house.root.policy.environments
    let key = try House.key("new governance").publicKey
    let rotated = try House { draft in
      let governance = Principal(
        id: PrincipalID(checked: "governance-plane"), person: nil, roles: [.governance], keys: [key])
      draft.replace("governance-plane", with: governance)
      draft.environments = environments
    }
    #expect(try !verdict(.lease, gates(after: 0, lease(), root: rotated.root)).passed)
    let running = try verdict(.lease, gates(after: 0, lease(), runs: true, root: rotated.root))
    #expect(running.passed && running.reason.hasPrefix("stale"))
    #expect(try !verdict(.lease, gates(after: 900, lease(), runs: true, root: rotated.root)).passed)
  }

  @Test func whereThePolicyAsksForNoneNoneIsNeeded() throws {
    let result = try verdict(.lease, gates(after: 0, nil, environment: "production"))
    #expect(result.passed && result.reason.contains("no lease is asked for"))
  }

  @Test func whereNoEnvironmentIsNamedItIsNotEvaluated() throws {
    #expect(try !verdict(.lease, gates(after: 0, lease(), environment: "elsewhere")).passed)
  }

  @Test func withoutAnApprovalTheLeaseIsJudgedAllTheSame() throws {
    let results = gates(after: 0, try lease()).evaluate(nil)
    #expect(results.first { $0.gate == .lease }?.passed == true)
  }

  @Test func underAnExpiredRootWhatRunsGoesOnAndIsMarked() throws {
    let late = 86_400 * 20
    #expect(try !verdict(.trust, gates(after: late, nil)).passed)
    let running = try verdict(.trust, gates(after: late, nil, runs: true))
    #expect(running.passed && running.reason.contains("expired") && running.reason.contains("what runs goes on"))
  }

  @Test func whileGovernanceFollowsANewerRootNothingNewBegins() throws {
    #expect(try !verdict(.trust, gates(after: 0, lease(), announced: 2)).passed)
    #expect(try verdict(.trust, gates(after: 0, lease(), runs: true, announced: 2)).passed)
    #expect(try verdict(.trust, gates(after: 0, lease(), announced: 1)).passed)
  }

  @Test func aDecisionNeverOutlivesTheLeaseOrItsGrace() throws {
    let lease = try lease()
    func bound(_ environment: String, after seconds: Int) throws -> Timestamp? {
      let policy = try #require(house.root.policy.environments[EnvironmentName(checked: environment)])
      return lease.bound(in: policy, at: House.now.adding(seconds: seconds))
    }
    #expect(try bound("staging", after: 290) == House.now.adding(seconds: 300))
    #expect(try bound("staging", after: 890) == House.now.adding(seconds: 900))
    #expect(try bound("production", after: 0) == nil)
    let now = House.now.adding(seconds: 290)
    let decision = Decision(
      question: gates(after: 290, lease).question, gates: [], held: held, timeVerified: now,
      trustRootDigest: house.root.digest, requestedBy: PrincipalID(checked: "ci"), requestDigest: Digest(hashing: [7]),
      leaseBound: House.now.adding(seconds: 300))
    #expect(decision.validUntil == House.now.adding(seconds: 300))
  }
}
