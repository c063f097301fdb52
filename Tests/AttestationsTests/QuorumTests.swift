import Attestations
import Signing
import Testing
import Wire

@Suite struct QuorumTests {
  let house: House

  /// In the vault, somebody of risk and somebody of science must have signed.
  init() throws {
    house = try House { draft in
      draft.environments[EnvironmentName(checked: "vault")] = EnvironmentPolicy(
        requiredApprovers: 2, maxTTLDays: 90, allOf: [GroupName(checked: "risk"), GroupName(checked: "science")])
    }
  }

  @Test func personsAreCounted() throws {
    #expect(try quorum("alice", "bob").approvers.keys.map(\.text).sorted() == ["alice", "bob"])
  }

  @Test func onePersonWithTwoKeysCountsOnce() throws {
    let keys = try House.keys(["alice", "alice-laptop"]).map(\.publicKey)
    let twoKeys = try House { draft in
      draft.replace(
        "alice",
        with: Principal(
          id: PrincipalID(checked: "alice"), person: PersonID(checked: "alice"), roles: [.approver],
          groups: [GroupName(checked: "risk")], keys: keys))
    }
    #expect(Quorum(signers: keys, excluding: nil, root: twoKeys.root).count == 1)
  }

  @Test func onePersonUnderTwoNamesCountsOnce() throws {
    let keys = try House.keys(["alice", "alice-laptop"]).map(\.publicKey)
    let laptop = try RootDraft.person("alice-laptop", "alice", .approver)
    let twoNames = try House { $0.principals.append(laptop) }
    #expect(Quorum(signers: keys, excluding: nil, root: twoNames.root).count == 1)
  }

  @Test(arguments: [
    "trainer", "ci", "metrics", "bridge", "training-plane", "governance-plane", "serving-plane", "stranger",
  ])
  func aSignatureOfSomebodyWhoIsNoApproverDoesNotCount(name: String) throws {
    #expect(try quorum(name).count == 0)
    #expect(try quorum("alice", name).count == 1)
  }

  @Test func theTrainersPersonNeverCounts() throws {
    let quorum = try Quorum(
      signers: House.keys(["alice", "bob"]).map(\.publicKey), excluding: PersonID(checked: "alice"), root: house.root)
    #expect(quorum.approvers.keys.map(\.text) == ["bob"])
  }

  @Test func aRetiredApproverDoesNotCount() throws {
    let key = try House.key("alice").publicKey
    let retired = try House { draft in
      draft.replace(
        "alice",
        with: Principal(
          id: PrincipalID(checked: "alice"), person: PersonID(checked: "alice"), roles: [.approver], keys: [key],
          retiredAt: House.now))
    }
    #expect(Quorum(signers: [key], excluding: nil, root: retired.root).count == 0)
  }

  @Test func theGreaterOfTheTwoNumbersIsRequired() throws {
    let two = EnvironmentPolicy(requiredApprovers: 2, maxTTLDays: 1)
    #expect(try quorum("alice").shortfall(two, requiredByApproval: 1) == "1 of 2 approvers have signed")
    #expect(try quorum("alice", "bob").shortfall(two, requiredByApproval: 3) == "2 of 3 approvers have signed")
    #expect(try quorum("alice", "bob").shortfall(two, requiredByApproval: 1) == nil)
  }

  /// Upstream deployed with a required number of 0 or less.
  @Test(arguments: [0, -1, Int.min]) func aRequiredNumberBelowOneLowersNothing(required: Int) throws {
    let one = EnvironmentPolicy(requiredApprovers: 1, maxTTLDays: 1)
    #expect(try quorum().shortfall(one, requiredByApproval: required) == "0 of 1 approvers have signed")
  }

  @Test func allOfTheGroupsMustHaveSigned() throws {
    let vault = try #require(house.root.policy.environments[EnvironmentName(checked: "vault")])
    #expect(try quorum("alice", "carol").shortfall(vault, requiredByApproval: 2) == "nobody of science has signed")
    #expect(try quorum("alice", "bob").shortfall(vault, requiredByApproval: 2) == nil)
  }

  @Test func anApprovalForSeveralEnvironmentsNeedsTheMostDemanding() throws {
    let output = try house.trainingOutput()
    let approval = house.approval(of: output, required: 1)
    #expect(Quorum.required(approval, policy: house.root.policy) == 2)
    #expect(
      try quorum("alice").shortfall(approval, policy: house.root.policy)
        == "production: 1 of 2 approvers have signed")
    #expect(try quorum("alice", "bob").shortfall(approval, policy: house.root.policy) == nil)
    let unknown = house.approval(of: output, environments: [EnvironmentName(checked: "moon")], required: 1)
    #expect(
      try quorum("alice", "bob").shortfall(unknown, policy: house.root.policy) == "the policy names no environment moon"
    )
  }

  private func quorum(_ names: String...) throws -> Quorum {
    try Quorum(
      signers: House.keys(names).map(\.publicKey), excluding: PersonID(checked: "tess"), root: house.root)
  }
}
