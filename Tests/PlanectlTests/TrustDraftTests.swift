import Attestations
import Foundation
import PlaneContract
import Signing
import Testing
import Wire

@testable import planectl

/// The next trust root on its way from a draft to a file that planes read.
@Suite struct TrustDraftTests {
  let test: TestHome
  let file: DraftFile
  var home: Home { test.home }

  init() throws {
    test = try TestHome()
    file = DraftFile(home: test.home, path: "\(test.home.trust)/next.root.json")
  }

  @Test func aDraftThatBreaksARuleCanBeWrittenAndNotSigned() async throws {
    _ = try file.edit { $0.principals.removeAll { $0.id.text == "governance-plane" } }
    let verdict = try DraftVerdict(file.existing(), after: home.trustRoot())
    #expect(verdict.problems.first?.contains("governance needs exactly one principal") == true)
    await expectRefusal("breaks the rules") { try await sign() }
    #expect(try file.existing().envelope == nil)
  }

  @Test func aKeyThatMovesToAnotherPersonIsNotSigned() async throws {
    let key = try test.identity("alice").principal.keys
    _ = try file.edit { draft in
      draft.principals.removeAll { $0.id.text == "alice" }
      draft.principals.append(
        Principal(
          id: PrincipalID(checked: "mallory"), person: PersonID(checked: "mallory"), roles: [.approver], keys: key))
    }
    await expectRefusal("breaks the rules") { try await sign() }
  }

  @Test func aKeyThatIsNoRootKeySignsNoRoot() async throws {
    try retireBob()
    await expectRefusal("is no root key") { try await sign("alice") }
  }

  @Test func anUnsignedDraftIsNotInstalled() async throws {
    try retireBob()
    await expectFailure(.unverified, "not the next trust root yet") { try await install() }
    #expect(try home.installedVersions() == [1])
  }

  @Test func aChangeAfterTheSignatureHasToBeSignedAgain() async throws {
    try retireBob()
    try await sign()
    #expect(try DraftVerdict(file.existing(), after: home.trustRoot()).isComplete)
    _ = try file.edit { $0.threshold = 1 }
    #expect(try file.existing().envelope == nil)
    await expectFailure(.unverified, "not the next trust root yet") { try await install() }
  }

  @Test func whatIsMissingIsNamedUntilBothThresholdsHaveSigned() async throws {
    try await twoRootKeys()
    #expect(try home.trustRoot().root.threshold == 2)
    try retireBob()
    try await sign()
    let half = try DraftVerdict(file.existing(), after: home.trustRoot())
    #expect(half.missing.count == 2)
    #expect(half.missing.first?.contains("1 of 2 root keys of version 2 have signed") == true, "\(half.missing)")
    await expectFailure(.unverified, "not the next trust root yet") { try await install() }
    try await sign("root-2")
    try await install()
    #expect(try home.trustRoot().version == 3)
  }

  @Test func oneKeyThatSignsTwiceIsOneSignature() async throws {
    try await twoRootKeys()
    try retireBob()
    try await sign()
    try await sign()
    #expect(try file.existing().envelope?.signatures.count == 1)
  }

  @Test func anInstalledRootIsNeverReplaced() async throws {
    try retireBob()
    try await sign()
    let installed = InstalledRoot(home: home, version: 1)
    let envelope = try #require(try file.existing().envelope)
    #expect(throws: Failure.self) { try installed.write(envelope) }
    #expect(try home.trustRoot().digest == test.root.digest)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: home.trust).sorted() == ["1.root.json", "next.root.json"])
  }

  @Test func aDraftOfAVersionThatIsInstalledAlreadyIsRefused() async throws {
    try retireBob()
    try await sign()
    let signed = try #require(try file.existing().envelope)
    try await install()
    try file.write(signed)
    #expect(throws: Failure.self) { try file.edit { $0.threshold = 1 } }
    await expectFailure(.unverified, "not the next trust root yet") { try await install() }
  }

  @Test func aRetiredPersonsKeyIsNotChosen() async throws {
    try retireBob()
    try await sign()
    try await install()
    let ring = KeyRing(folders: [home.keys], root: try home.trustRoot())
    #expect(!ring.entries.contains { $0.principal.id.text == "bob" })
    let failure = #expect(throws: Failure.self) {
      try ring.identity(named: "bob", holding: [.approver], for: "a test")
    }
    #expect(failure?.message.contains("is retired since") == true)
  }

  @Test func aGapInTheFolderIsNotBelieved() async throws {
    try retireBob()
    try await sign()
    try await install()
    try FileManager.default.moveItem(atPath: home.rootFile(ofVersion: 2), toPath: home.rootFile(ofVersion: 3))
    let error = #expect(throws: TrustRootError.self) { try home.trustRoot() }
    #expect(error == .gap(missing: 2, found: 3))
  }

  // What is said of it.

  @Test func changesAreSaidInWords() throws {
    let old = test.root.root
    var draft = TrustRootDraft(after: old, issuedAt: old.issuedAt)
    draft.principals = draft.principals.compactMap { principal in
      switch principal.id.text {
      case "alice": principal.retired(at: old.issuedAt)
      case "metrics": nil
      default: principal
      }
    }
    draft.policy = try draft.policy.setting(["required_approvers": 1], of: EnvironmentName(checked: "production"))
    let sentences = TrustChanges(from: old, to: try draft.checked()).sentences
    for words in ["retires alice", "removes metrics", "changes production from required_approvers 2"] {
      #expect(sentences.contains { $0.hasPrefix(words) }, "\(sentences)")
    }
  }

  @Test func whoseKeyIsEnrolledIsSaidWithTheWholeKey() throws {
    let old = test.root.root
    var draft = TrustRootDraft(after: old, issuedAt: old.issuedAt)
    let carol = try enrolled("carol")
    let (rootKey, other) = (try SecretKey.generate().publicKey, try SecretKey.generate().publicKey)
    draft.principals.append(carol)
    draft.rootKeys.append(rootKey)
    let index = try draft.index(of: PrincipalID(checked: "bob"))
    draft.principals[index] = draft.principals[index].with(keys: [other])
    let sentences = TrustChanges(from: old, to: try draft.checked()).sentences
    for (words, key) in [
      ("adds carol", carol.keys[0]), ("adds the root key", rootKey), ("changes the keys of bob", other),
    ] {
      #expect(sentences.contains { $0.hasPrefix(words) && $0.contains(key.hex) }, "\(sentences)")
    }
  }

  @Test func anotherDayOfRetirementIsSaid() throws {
    let (old, before) = (test.root.root, test.root.root.issuedAt)
    var retired = TrustRootDraft(after: old, issuedAt: before)
    let index = try retired.index(of: PrincipalID(checked: "bob"))
    retired.principals[index] = retired.principals[index].retired(at: before)
    var moved = retired
    moved.principals[index] = moved.principals[index].retired(at: before.adding(days: -1))
    let sentences = TrustChanges(from: try retired.checked(), to: try moved.checked()).sentences
    #expect(sentences.contains { $0.hasPrefix("retires bob as of") }, "\(sentences)")
  }

  @Test func theDigestThatIsShownIsThatOfTheBytesThatAreSigned() throws {
    try retireBob()
    let spaced = try file.existing().draft.json.serialized() + [UInt8(ascii: " ")]
    let stranger = try SecretKey.generate()
    try file.write(UnverifiedEnvelope(signing: spaced, as: .trustRoot, by: [stranger]))
    let verdict = DraftVerdict(try file.existing(), after: test.root)
    #expect(try verdict.digest(of: verdict.next()) == Digest(hashing: spaced))
  }

  @Test func anInstalledRootCanBeReadByThePlanesWhateverTheUmask() async throws {
    let mask = umask(0o077)
    defer { umask(mask) }
    try retireBob()
    try await sign()
    try await install()
    #expect(try test.scratch.mode(of: "home/trust/2.root.json") == 0o644)
  }

  @Test func thePreviewNamesWhatARemovalDeniesAndARetirementSpares() throws {
    let detail = try approved()
    let removed = try preview { $0.principals.removeAll { $0.id.text == "bob" } }.denials(detail)
    #expect(removed.map(\.environment.text) == ["staging", "production"])
    #expect(removed.allSatisfy { $0.reason == "1 of 2 approvers have signed" })
    let retired = try preview { draft in
      draft.principals = draft.principals.map { $0.id.text == "bob" ? $0.retired(at: draft.issuedAt) : $0 }
      draft.principals.append(try enrolled("carol"))
    }
    #expect(try retired.denials(detail).isEmpty)
  }

  @Test func thePreviewNamesWhatARaisedThresholdDenies() throws {
    let detail = try approved()
    let raised = try preview { draft in
      draft.principals.append(try enrolled("carol"))
      draft.policy = try draft.policy.setting(["required_approvers": 3], of: EnvironmentName(checked: "production"))
    }
    #expect(try raised.denials(detail).map(\.environment.text) == ["production"])
  }

  @Test func thePreviewNamesWhatARemovedSubmitterTrained() throws {
    let denied = try preview { $0.principals.removeAll { $0.id.text == "trainer" } }.denials(approved())
    #expect(denied.count == 2)
    #expect(denied.first?.reason.contains("removed from the trust root") == true)
  }

  // The steps.

  private func retireBob() throws {
    _ = try file.edit { draft in
      draft.principals = draft.principals.map { $0.id.text == "bob" ? $0.retired(at: draft.issuedAt) : $0 }
    }
  }

  private func twoRootKeys() async throws {
    let key = try SecretKey.generate()
    try KeyFile.create(key, path: "\(home.keys)/root-2.pem")
    _ = try file.edit { ($0.rootKeys, $0.threshold) = ($0.rootKeys + [key.publicKey], 2) }
    try await sign()
    try await sign("root-2")
    try await install()
  }

  private func sign(_ name: String = "root") async throws {
    try await SignTrust.parse(["--root-key", "\(home.keys)/\(name).pem", "--home", home.path, "--yes"]).perform()
  }

  private func install() async throws { try await InstallTrust.parse(["--home", home.path]).perform() }

  private func enrolled(_ name: String) throws -> Principal {
    Principal(
      id: PrincipalID(checked: name), person: PersonID(checked: name), roles: [.approver],
      keys: [try SecretKey.generate().publicKey])
  }

  private func preview(_ change: (inout TrustRootDraft) throws -> Void) throws -> TrustPreview {
    var draft = TrustRootDraft(after: test.root.root, issuedAt: test.root.root.issuedAt)
    try change(&draft)
    return TrustPreview(installed: test.root, next: try test.root.preview(of: draft.checked()))
  }

  private func approved() throws -> ApprovalDetail {
    let output = try test.trainingOutput()
    let result = try VerifiedTrainingOutput.verify(output, root: test.root).output.result
    let now = Timestamp.now().wholeSeconds
    let approval = ModelApproval(
      approvalID: ApprovalID(checked: "approval:0000000000000001"), modelID: result.modelID,
      weightsHash: result.weightsHash, approvedBy: PrincipalID(checked: "alice"), approvedAt: now,
      expiresAt: now.adding(days: 30), profile: ProfileName(checked: "default"), correlationID: result.correlationID,
      environments: [EnvironmentName(checked: "staging"), EnvironmentName(checked: "production")], scopes: nil,
      requiredApprovers: 2, trainingOutputDigest: output.payloadDigest, trustRootVersion: 1)
    let signers = try ["alice", "bob"].map { try test.identity($0).signer }
    return ApprovalDetail(
      approvalID: approval.approvalID, status: .active,
      approvers: [PrincipalID(checked: "alice"), PrincipalID(checked: "bob")], requiredApprovers: 2,
      approval: try UnverifiedEnvelope(attesting: approval, by: signers), trainingOutput: output, nandaSignatures: [])
  }

  private func expectRefusal(
    _ words: String, _ location: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
  ) async {
    await expectFailure(.refused, words, location, body)
  }

  private func expectFailure(
    _ status: planectl.ExitStatus, _ words: String, _ location: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
  ) async {
    let failure = await #expect(throws: Failure.self, sourceLocation: location) { try await body() }
    #expect(failure?.status == status, sourceLocation: location)
    #expect(failure?.message.contains(words) == true, "\(String(describing: failure))", sourceLocation: location)
  }
}
