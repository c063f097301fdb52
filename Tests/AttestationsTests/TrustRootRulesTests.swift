import Attestations
import Signing
import Testing
import Wire

@Suite struct TrustRootRulesTests {
  @Test func anOrdinaryRootIsTakenAndIndexed() throws {
    let root = try House().root
    let alice = try #require(root.principal(PrincipalID(checked: "alice")))
    #expect(try root.holder(of: House.key("alice").publicKey) == alice)
    #expect(root.keys(of: .approver).count == 3)
    #expect(root.plane(.serving)?.id.text == "serving-plane")
    #expect(root.isLive(at: House.now) && !root.isLive(at: root.root.expiresAt))
  }

  @Test func oneKeyUnderTwoNamesIsRefused() throws {
    let key = try House.key("bob").publicKey
    try expectRefusal("already belongs to bob") {
      $0.replace("alice", with: Self.principal("alice", "alice", .approver, key: key))
      $0.principals.sort { $0.id > $1.id }
    }
  }

  @Test func oneKeyTwiceUnderOneNameIsRefused() throws {
    let key = try House.key("alice").publicKey
    try expectRefusal("already belongs to alice") {
      $0.replace(
        "alice",
        with: Principal(
          id: PrincipalID(checked: "alice"), person: PersonID(checked: "alice"), roles: [.approver], keys: [key, key]))
    }
  }

  @Test func aRootKeyThatIsAlsoAPrincipalsIsRefused() throws {
    let key = try House.key("root").publicKey
    try expectRefusal("already belongs to the root") {
      $0.replace("alice", with: Self.principal("alice", "alice", .approver, key: key))
    }
  }

  @Test func aRetiredPrincipalsKeyIsNotFreeForAnother() throws {
    let key = try House.key("alice").publicKey
    try expectRefusal("already belongs to alice") {
      $0.replace(
        "alice",
        with: Principal(
          id: PrincipalID(checked: "alice"), person: PersonID(checked: "alice"), roles: [.approver], keys: [key],
          retiredAt: House.now), Self.principal("alice2", "alice", .approver, key: key))
    }
  }

  @Test func aRootKeyThatStandsTwiceIsRefused() throws {
    try expectRefusal("stands twice") { $0.rootKeys += $0.rootKeys }
  }

  @Test func aThresholdOverTheNumberOfKeysIsRefused() throws {
    try expectRefusal("more than the number of root keys") { $0.threshold = 2 }
  }

  @Test func anIDThatStandsTwiceIsRefused() throws {
    let key = try House.key("another").publicKey
    try expectRefusal("one id stands twice") {
      $0.principals.append(Self.principal("alice", "alice", .approver, key: key))
    }
  }

  @Test(arguments: [(Role.submitter, Role.approver), (.approver, .deployer), (.deployer, .submitter)])
  func aPersonWithTwoDutiesIsRefusedUnderWhateverNames(first: Role, second: Role) throws {
    let keys = try House.keys(["eve-1", "eve-2"]).map(\.publicKey)
    try expectRefusal("person eve: holds both") {
      $0.principals.append(Self.principal("eve-1", "eve", first, key: keys[0]))
      $0.principals.append(Self.principal("eve-2", "eve", second, key: keys[1]))
    }
    try expectRefusal("person eve: holds both") {
      $0.principals.append(
        Principal(
          id: PrincipalID(checked: "eve"), person: PersonID(checked: "eve"), roles: [first, second], keys: [keys[0]]))
    }
  }

  @Test func onePersonMayHoldOneDutyThroughTwoKeyholders() throws {
    let key = try House.key("alice-laptop").publicKey
    #expect(throws: Never.self) {
      try House { $0.principals.append(Self.principal("alice-laptop", "alice", .approver, key: key)) }
    }
  }

  @Test(arguments: [Role.submitter, .approver, .deployer])
  func aDutyThatNobodyAnswersForIsRefused(role: Role) throws {
    let key = try House.key("robot").publicKey
    try expectRefusal("must name the person") { $0.principals.append(Self.principal("robot", nil, role, key: key)) }
  }

  @Test(arguments: [Role.training, .governance, .serving])
  func aPlaneRoleThatIsMissingOrHeldTwiceIsRefused(role: Role) throws {
    let key = try House.key("second").publicKey
    try expectRefusal("needs exactly one principal, found 0") { $0.replace("\(role.rawValue)-plane") }
    try expectRefusal("needs exactly one principal, found 2") {
      $0.principals.append(Self.principal("second", nil, role, key: key))
    }
  }

  @Test func aPlaneThatHoldsAnotherRoleOrNamesAPersonIsRefused() throws {
    let key = try House.key("serving-plane").publicKey
    for (roles, person) in [([Role.serving, .approver], nil), ([.serving, .reader], nil), ([.serving], "eve")] {
      try expectRefusal("a plane holds its one role") {
        $0.replace(
          "serving-plane",
          with: Principal(
            id: PrincipalID(checked: "serving-plane"), person: person.map(PersonID.init(checked:)), roles: roles,
            keys: [key]))
      }
    }
  }

  @Test func aGroupThatNoApproverIsInIsRefused() throws {
    for group in ["nobody", "Risk"] {
      try expectRefusal("no approver is in the group") {
        $0.environments[EnvironmentName(checked: "vault")] = EnvironmentPolicy(
          requiredApprovers: 1, maxTTLDays: 1, allOf: [GroupName(checked: group)])
      }
    }
  }

  @Test func aRootThatEndsBeforeItBeginsIsRefused() throws {
    try expectRefusal("is not after issued_at") { $0.expiresAt = House.now.adding(days: -2) }
  }

  private static func principal(_ id: String, _ person: String?, _ role: Role, key: PublicKey) -> Principal {
    Principal(id: PrincipalID(checked: id), person: person.map(PersonID.init(checked:)), roles: [role], keys: [key])
  }

  private func expectRefusal(
    _ problem: String, at location: SourceLocation = #_sourceLocation, of change: (inout RootDraft) -> Void
  ) throws {
    var draft = try RootDraft.ordinary()
    change(&draft)
    let error = #expect(throws: FieldError.self, sourceLocation: location) { try draft.document() }
    #expect(error?.description.contains(problem) == true, "\(String(describing: error))", sourceLocation: location)
  }
}
