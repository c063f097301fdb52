import Attestations
import Signing
import Testing
import Wire

@Suite struct TombstoneTests {
  let house: House
  let held: HeldApproval

  init() throws {
    house = try House()
    held = try house.held()
  }

  @Test func aRevocationKillsWhatWasApprovedBeforeIt() throws {
    let reason = try #require(try tombstone(house.revocation()).condemns(held.predicate, digest: held.digest))
    #expect(reason.contains("alice") && reason.contains("it lies"))
  }

  @Test func anApprovalMadeInTheSameMomentIsDeadAndAYoungerOneLives() throws {
    let tombstone = try tombstone(house.revocation(at: House.now.adding(seconds: 10)))
    for (seconds, isDead) in [(0, true), (10, true), (11, false)] {
      let approval = try house.approval(of: house.trainingOutput(), at: House.now.adding(seconds: seconds))
      let verdict = tombstone.condemns(approval, digest: Digest(hashing: []))
      #expect((verdict != nil) == isDead, "\(seconds) s")
    }
  }

  /// Upstream deployed a revoked approval again once an old copy was stored again. The date does not help it here.
  @Test func whatWasHeldAtTheRevocationStaysDeadHoweverItIsDated() throws {
    let younger = try house.approval(of: house.trainingOutput(), at: House.now.adding(days: 1))
    let digest = Digest(hashing: Statement<ModelApproval>.payload(of: younger))
    #expect(try tombstone(house.revocation(), dead: [digest]).condemns(younger, digest: digest) != nil)
    #expect(try tombstone(house.revocation()).condemns(younger, digest: digest) == nil)
  }

  @Test func aNamedApprovalDiesForEver() throws {
    let tombstone = try tombstone(house.revocation(approval: house.names.approval))
    let younger = try house.approval(of: house.trainingOutput(), at: House.now.adding(days: 1))
    #expect(tombstone.condemns(younger, digest: Digest(hashing: [])) != nil)
    let other = try house.approval(
      id: ApprovalID(checked: "approval:2"), of: house.trainingOutput(), at: House.now.adding(days: 1))
    #expect(tombstone.condemns(other, digest: Digest(hashing: [])) == nil)
  }

  @Test func otherWeightsLive() throws {
    let tombstone = try tombstone(house.revocation(weights: house.names.otherWeights))
    #expect(tombstone.condemns(held.predicate, digest: held.digest) == nil)
  }

  @Test(arguments: ["trainer", "ci", "metrics", "bridge", "governance-plane", "serving-plane", "stranger"])
  func somebodyWhoIsNoApproverRevokesNothing(name: String) throws {
    expectRefusal(of: try house.revocation(by: name), saying: "no signature verifies")
  }

  @Test func aRevocationInAnothersNameIsRefused() throws {
    expectRefusal(of: try house.revocation(by: "alice", signedBy: "bob"), saying: "alice did not sign it")
  }

  @Test func aRevocationDatedAheadIsRefused() throws {
    expectRefusal(of: try house.revocation(at: House.now.adding(seconds: 31)), saying: "ahead of this plane's clock")
    #expect(throws: Never.self) {
      try Tombstone.verify(house.revocation(at: House.now.adding(seconds: 30)), root: house.root, now: House.now)
    }
  }

  /// The one thing that must always work.
  @Test func anExpiredRootDoesNotStandInTheWay() throws {
    let expired = try House { $0.expiresAt = House.now }
    let later = House.now.adding(days: 400)
    #expect(throws: Never.self) { try Tombstone.verify(house.revocation(), root: expired.root, now: later) }
  }

  private func tombstone(_ envelope: UnverifiedEnvelope, dead: Set<Digest> = []) throws -> Tombstone {
    let later = House.now.adding(days: 2)
    return try Tombstone(revocation: Tombstone.verify(envelope, root: house.root, now: later), deadApprovals: dead)
  }

  private func expectRefusal(of envelope: UnverifiedEnvelope, saying problem: String) {
    let error = #expect(throws: AttestationError.self) {
      try Tombstone.verify(envelope, root: house.root, now: House.now)
    }
    #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
  }
}
