import Attestations
import Signing
import Testing
import Wire

/// What does not follow the root in force is refused with its reason, and the chain is then what it was.
@Suite struct TrustRootChainTests {
  let first: UnverifiedEnvelope

  init() throws { first = try RootDraft.ordinary().document().signed(by: House.keys(["root"])) }

  // Who signed.

  @Test func aRootThatOnlyTheOldThresholdSignedIsRefused() throws {
    try expectRefusal(signedBy: ["root"], "0 of its keys signed it, 1 must") {
      $0.rootKeys = try House.keys(["root-2"]).map(\.publicKey)
    }
  }

  @Test func aRootThatOnlyTheNewThresholdSignedIsRefused() throws {
    try expectRefusal(signedBy: ["root-2"], "signed by 0 of version 1's root keys, 1 must") {
      $0.rootKeys = try House.keys(["root-2"]).map(\.publicKey)
    }
  }

  @Test func aRootThatAPersonOfTheRosterSignedIsRefused() throws {
    try expectRefusal(signedBy: ["alice", "governance-plane"], "0 of version 1's root keys") { _ in }
  }

  @Test func aHalfSignedRootIsRefusedOnEitherSide() throws {
    let three = try House.keys(["root", "root-2", "root-3"]).map(\.publicKey)
    try expectRefusal(signedBy: ["root", "alice"], "1 of its keys signed it, 2 must") {
      ($0.rootKeys, $0.threshold) = (three, 2)
    }
    var chain = try chain()
    try chain.append(version(2, signedBy: ["root", "root-3"]) { ($0.rootKeys, $0.threshold) = (three, 2) })
    let half = try version(3, signedBy: ["root-2", "root-2", "root-4"]) {
      $0.rootKeys = try House.keys(["root-4"]).map(\.publicKey)
    }
    expectRefusal(of: half, by: chain, "signed by 1 of version 2's root keys, 2 must")
  }

  @Test func aRemovedRootKeySignsNothingMore() throws {
    var chain = try chain()
    let second = try House.keys(["root-2"]).map(\.publicKey)
    try chain.append(version(2, signedBy: ["root", "root-2"]) { $0.rootKeys = second })
    let third = try version(3, signedBy: ["root"]) { $0.rootKeys = second }
    expectRefusal(of: third, by: chain, "0 of version 2's root keys")
  }

  // Which version.

  @Test func versionThreeDoesNotFollowVersionOne() throws {
    expectRefusal(of: try version(3), by: try chain(), "version 3 where version 2 was expected")
  }

  @Test func anOlderVersionDoesNotFollow() throws {
    var chain = try chain()
    try chain.append(version(2))
    expectRefusal(of: first, by: chain, "version 1 where version 3 was expected")
    expectRefusal(of: try version(2) { $0.environments = [:] }, by: chain, "version 2 where version 3")
  }

  @Test func twoRootsOfOneVersionAreAConflict() throws {
    var chain = try chain()
    let accepted = try version(2)
    try chain.append(accepted)
    #expect(throws: Never.self) { try chain.require(accepted, as: 2) }
    let other = try version(2) { $0.environments = [:] }
    let error = #expect(throws: TrustRootError.self) { try chain.require(other, as: 2) }
    #expect(error == .conflict(2, known: accepted.payloadDigest, found: other.payloadDigest))
  }

  @Test func aChainHasAtMostSoManyVersions() throws {
    var chain = try chain()
    for number in 2...TrustRootChain.maximumVersions { try chain.append(version(number)) }
    expectRefusal(of: try version(TrustRootChain.maximumVersions + 1), by: chain, "at most 1024 versions")
  }

  // Whose key.

  @Test func aKeyThatMovedToAnotherPersonIsRefused() throws {
    let stolen = try House.key("alice").publicKey
    try expectRefusal("was alice (alice)'s and is now mallory (mallory)'s") {
      $0.principals = try $0.principals.filter { $0.id.text != "alice" } + [person("mallory", "mallory", stolen)]
    }
  }

  @Test func aPersonEnrolledAgainUnderASecondNameWithAnOldKeyIsRefused() throws {
    let old = try House.key("alice").publicKey
    try expectRefusal("was alice (alice)'s and is now alice-2 (alice)'s") {
      $0.principals = try $0.principals.filter { $0.id.text != "alice" } + [person("alice-2", "alice", old)]
    }
    var chain = try chain()
    try chain.append(version(2) { $0.principals.removeAll { $0.id.text == "alice" } })
    let later = try version(3) {
      $0.principals = try $0.principals.filter { $0.id.text != "alice" } + [person("alice-2", "alice", old)]
    }
    expectRefusal(of: later, by: chain, "make a new key")
  }

  @Test func aKeyThatLeftNeverComesBack() throws {
    var chain = try chain()
    try chain.append(version(2) { $0.principals.removeAll { $0.id.text == "alice" } })
    expectRefusal(of: try version(3), by: chain, "of alice (alice) left after version 1")
  }

  @Test func aNameThatCameToMeanAnotherPersonIsRefused() throws {
    let new = try House.key("alice's successor").publicKey
    try expectRefusal("alice was alice and is now mallory") {
      $0.replace("alice", with: try person("alice", "mallory", new))
    }
  }

  @Test func aRootKeyThatBecameAPersonsIsRefused() throws {
    let root = try House.key("root").publicKey
    try expectRefusal(signedBy: ["root", "root-2"], "was the root's and is now mallory (mallory)'s") {
      $0.rootKeys = try House.keys(["root-2"]).map(\.publicKey)
      $0.principals.append(try person("mallory", "mallory", root))
    }
  }

  @Test func aNameInOtherCaseIsNoName() throws {
    let object = try #require(try StrictJSON.parse(version(2).payload).object)
    let principals = try #require(object["principals"]?.array).map { principal in
      principal.object?["id"]?.string == "carol"
        ? .object(principal.object?.with(["id"], "Alice") ?? [:]) : principal
    }
    let renamed = try UnverifiedEnvelope.signed(
      object.with(["principals"], .array(principals)), PayloadType.trustRoot.rawValue, by: ["root"])
    expectRefusal(of: renamed, by: try chain(), "id: expected")
  }

  @Test func aRootThatBreaksARuleOfItsOwnIsRefused() throws {
    try expectRefusal("governance needs exactly one principal, found 2") {
      $0.principals.append(try RootDraft.person("governance-2", nil, .governance))
    }
  }

  // What follows.

  @Test func anExpiredVersionOnTheWayIsNoHindrance() throws {
    var chain = try chain()
    try chain.append(version(2) { $0.expiresAt = House.now.adding(seconds: -3600) })
    #expect(!chain.latest.isLive(at: House.now))
    try chain.append(version(3))
    #expect(chain.latest.version == 3)
    #expect(chain.latest.isLive(at: House.now))
    #expect(chain.latest.originDigest == first.payloadDigest)
  }

  @Test func everyKeyOfTheRootMayChangeByTheOldAndTheNew() throws {
    var chain = try chain()
    let next = try House.keys(["root-2", "root-3"]).map(\.publicKey)
    try chain.append(version(2, signedBy: ["root", "root-2", "root-3"]) { ($0.rootKeys, $0.threshold) = (next, 2) })
    #expect(chain.latest.root.rootKeys == next)
  }

  private func person(_ id: String, _ person: String, _ key: PublicKey) throws -> Principal {
    try RootDraft.person(id, person, .approver).with(keys: [key])
  }

  private func chain() throws -> TrustRootChain { try TrustRootChain(first, pinned: first.payloadDigest) }

  private func version(
    _ number: Int, signedBy signers: [String] = ["root"], _ change: (inout RootDraft) throws -> Void = { _ in }
  ) throws -> UnverifiedEnvelope {
    var draft = try RootDraft.ordinary()
    draft.version = number
    try change(&draft)
    return try draft.signedUnjudged(by: signers)
  }

  private func expectRefusal(
    signedBy signers: [String] = ["root"], _ reason: String, _ location: SourceLocation = #_sourceLocation,
    _ change: (inout RootDraft) throws -> Void
  ) throws {
    expectRefusal(of: try version(2, signedBy: signers, change), by: try chain(), reason, location)
  }

  private func expectRefusal(
    of envelope: UnverifiedEnvelope, by chain: TrustRootChain, _ reason: String,
    _ location: SourceLocation = #_sourceLocation
  ) {
    var chain = chain
    let before = chain.latest.digest
    let error = #expect(throws: TrustRootError.self, sourceLocation: location) { try chain.append(envelope) }
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))", sourceLocation: location)
    #expect(chain.latest.digest == before, sourceLocation: location)
  }
}
