import Attestations
import Signing
import Testing
import Wire

/// What was signed under one root and is judged under the next (DESIGN section 4).
@Suite struct ChangedRosterTests {
  let house: House
  let output: UnverifiedEnvelope
  let approval: UnverifiedEnvelope

  init() throws {
    house = try House()
    output = try house.trainingOutput()
    approval = try UnverifiedEnvelope(
      attesting: house.approval(of: output), by: House.keys(House.quorumAndGovernance))
  }

  @Test func aRetiredPersonsSignatureThatIsShownNowDoesNotCount() throws {
    #expect(try counted(under: bobRetired(), accepted: nil) == ["alice"])
    #expect(try counted(under: bobRetired(), accepted: [:]) == ["alice"])
  }

  @Test func aRetiredPersonsSignatureCountsWhereItWasAcceptedBefore() throws {
    #expect(try counted(under: bobRetired(), accepted: ["bob": 1]) == ["alice", "bob"])
  }

  @Test func aSignatureAcceptedUnderTheRootThatRetiresDoesNotCount() throws {
    #expect(try counted(under: bobRetired(), accepted: ["bob": 2]) == ["alice"])
  }

  @Test func otherBytesOfARetiredKeyAreNotTheSignatureThatWasAccepted() throws {
    let root = try bobRetired()
    let record = ApprovalAcceptance(
      rootVersion: 1, signatures: [EnvelopeSignature(keyID: try House.key("bob").publicKey.keyID, bytes: [1]): 1])
    let proven = try ProvenApproval.verify(approval: approval, training: output, root: root, accepted: record)
    #expect(proven.held.quorum.names == "alice")
  }

  @Test func whatARemovedPersonSignedCountsNowhere() throws {
    let root = try house.successor { $0.principals.removeAll { $0.id.text == "bob" } }
    #expect(try counted(under: root, accepted: ["bob": 1, "alice": 1]) == ["alice"])
  }

  @Test func theRemovedProposerDoesNotCountAndTheOthersDo() throws {
    let root = try house.successor { $0.principals.removeAll { $0.id.text == "alice" } }
    #expect(try counted(under: root, accepted: ["bob": 1, "alice": 1]) == ["bob"])
  }

  @Test func aRetirementIsCountedFromItsOwnVersionHoweverManyFollow() throws {
    let second = try bobRetired()
    let third = try house.successor(of: second) { $0.replace("bob", with: try Self.retiredBob()) }
    #expect(try counted(under: third, accepted: ["bob": 1]) == ["alice", "bob"])
    #expect(try counted(under: third, accepted: ["bob": 2]) == ["alice"])
  }

  @Test func aReplacedGovernanceKeyHasNotSigned() throws {
    let root = try house.successor {
      $0.replace("governance-plane", with: try RootDraft.plane(.governance).with(keys: [House.key("new").publicKey]))
    }
    let proven = try ProvenApproval.verify(approval: approval, training: output, root: root)
    #expect(!proven.held.isSignedByGovernance)
  }

  // The training output.

  @Test func aReplacedTrainingKeyCountsForWhatWasAcceptedAndForNothingNew() throws {
    let root = try house.successor {
      $0.replace("training-plane", with: try RootDraft.plane(.training).with(keys: [House.key("new").publicKey]))
    }
    #expect(throws: Never.self) { try VerifiedTrainingOutput.verify(output, root: root, acceptedUnder: 1) }
    for version in [nil, 2] {
      let error = #expect(throws: AttestationError.self) {
        try VerifiedTrainingOutput.verify(output, root: root, acceptedUnder: version)
      }
      #expect(error?.description.contains("training key of trust root version 2") == true)
    }
  }

  @Test func aRemovedSubmittersOutputCountsNowhere() throws {
    let root = try house.successor { $0.principals.removeAll { $0.id.text == "trainer" } }
    for version in [nil, 1] {
      let error = #expect(throws: AttestationError.self) {
        try VerifiedTrainingOutput.verify(output, root: root, acceptedUnder: version)
      }
      #expect(error?.description.contains("removed from the trust root") == true)
    }
    #expect(throws: Never.self) { try VerifiedTrainingOutput.reread(output, root: root) }
  }

  @Test func aRetiredSubmittersOutputCountsWhereItWasAcceptedBefore() throws {
    let root = try house.successor {
      $0.replace("trainer", with: try RootDraft.person("trainer", "tess", .submitter).retired(at: House.now))
    }
    #expect(throws: Never.self) { try VerifiedTrainingOutput.verify(output, root: root, acceptedUnder: 1) }
    #expect(throws: AttestationError.self) { try VerifiedTrainingOutput.verify(output, root: root) }
    #expect(throws: AttestationError.self) { try VerifiedTrainingOutput.verify(output, root: root, acceptedUnder: 2) }
  }

  // Stops.

  @Test func aRemovedApproverRevokesNothingButWhatTheyRevokedIsStillBelieved() throws {
    let root = try house.successor { $0.principals.removeAll { $0.id.text == "bob" } }
    let revocation = try house.revocation(by: "bob")
    #expect(throws: AttestationError.self) { try Tombstone.verify(revocation, root: root, now: House.now) }
    #expect(throws: Never.self) { try Tombstone.verify(revocation, root: root, passedOn: true, now: House.now) }
  }

  private static func retiredBob() throws -> Principal {
    try RootDraft.person("bob", "bob", .approver, ["science"]).retired(at: House.now)
  }

  private func bobRetired() throws -> VerifiedTrustRoot {
    try house.successor { $0.replace("bob", with: try Self.retiredBob()) }
  }

  /// - Parameter accepted: names whose signatures are on record, with the version; nil: nothing is on record yet.
  private func counted(under root: VerifiedTrustRoot, accepted: [String: Int]?) throws -> [String] {
    let record = try accepted.map { versions in
      let signatures = try approval.signatures.compactMap { signature in
        try versions.first { try House.key($0.key).publicKey.keyID == signature.keyID }.map { (signature, $0.value) }
      }
      return ApprovalAcceptance(rootVersion: 1, signatures: Dictionary(signatures, uniquingKeysWith: max))
    }
    let proven = try ProvenApproval.verify(approval: approval, training: output, root: root, accepted: record)
    return proven.held.quorum.approvers.keys.map(\.text).sorted()
  }
}
