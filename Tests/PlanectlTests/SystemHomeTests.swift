import Attestations
import FoundationEssentials
import PlaneContract
import Signing
import Testing
import Wire

@testable import planectl

/// A host's home: `init --system`, people, a root key that is elsewhere, and `trust install`.
@Suite struct SystemHomeTests {
  let scratch: ScratchFolder
  let home: Home
  /// The machine of whoever keeps the root key.
  let elsewhere: ScratchFolder

  init() throws {
    scratch = try ScratchFolder()
    elsewhere = try ScratchFolder()
    home = Home(path: "\(scratch.path)/etc")
    let key = try SecretKey.generate()
    try KeyFile.create(key, path: "\(elsewhere.path)/root.pem")
    try KeyFile.create(key.publicKey, path: "\(elsewhere.path)/root.pub.pem")
  }

  // Refusals.

  @Test func nothingOfAHostIsEverOverwritten() async throws {
    try await begin()
    let key = try scratch.read("etc/private/training-plane.pem")
    await #expect(throws: Failure.self) { try await begin() }
    try FileManager.default.removeItem(atPath: "\(home.trust)/next.root.json")
    await #expect(throws: Failure.self) { try await begin() }
    #expect(try scratch.read("etc/private/training-plane.pem") == key)
  }

  @Test(arguments: [
    ["--system"], ["--root-key", "root.pub.pem"], ["--threshold", "1"],
    ["--system", "--root-key", "root.pub.pem", "--threshold", "2"],
    ["--system", "--root-key", "root.pub.pem", "--threshold", "0"],
    ["--system", "--root-key", "root.pub.pem", "--approver", "alice"],
  ])
  func whatAHostIsNotBegunWithIsWrongUsage(arguments: [String]) {
    #expect(throws: (any Error).self) { try Init.parse(arguments) }
  }

  @Test func aSecretRootKeyIsNotTaken() async throws {
    await #expect(throws: (any Error).self) { try await begin(rootKey: "root.pem") }
    #expect(try scratch.names().isEmpty)
  }

  @Test func anUnsignedFirstVersionIsNotInstalled() async throws {
    try await begin()
    let failure = await #expect(throws: Failure.self) { try await install() }
    #expect(failure?.status == .unverified)
    #expect(try home.installedRoot() == nil)
  }

  @Test func aConfigThatPinsAnotherVersionOneKeepsItsPin() async throws {
    let other = "\(HostPin.key)\(Digest(hashing: Array("another".utf8)))\n"
    try await begin()
    try scratch.write(other, to: "etc/training-plane.yaml")
    try await sign()
    await #expect(throws: Failure.self) { try await install() }
    #expect(try scratch.read("etc/training-plane.yaml") == other)
    #expect(try home.installedRoot() == nil)
  }

  /// Whoever has the draft on its way puts their own root key in it, and signs it.
  @Test func aVersionOneForOtherRootKeysThanTheHostWasBegunWithIsNotInstalled() async throws {
    try await begin()
    let thief = try SecretKey.generate()
    try KeyFile.create(thief, path: "\(elsewhere.path)/thief.pem")
    try changeDraft { $0.rootKeys = [thief.publicKey] }
    try await sign(with: "thief.pem")
    let failure = await #expect(throws: Failure.self) { try await install() }
    #expect(failure?.status == .unverified && failure?.message.contains("not for the root keys") == true)
    #expect(try home.installedRoot() == nil)
  }

  @Test func aVersionOneWithAnotherThresholdOrOneKeyMoreIsNotInstalled() async throws {
    let second = try SecretKey.generate()
    try KeyFile.create(second.publicKey, path: "\(elsewhere.path)/second.pub.pem")
    try await Init.parse([
      "--system", "--home", home.path, "--root-key", "\(elsewhere.path)/root.pub.pem", "--root-key",
      "\(elsewhere.path)/second.pub.pem", "--threshold", "2",
    ]).perform()
    try changeDraft { $0.threshold = 1 }
    try await sign()
    #expect(await #expect(throws: Failure.self) { try await install() }?.status == .unverified)
    let third = try SecretKey.generate().publicKey
    try changeDraft { draft in
      draft.threshold = 2
      draft.rootKeys.append(third)
    }
    try await sign()
    #expect(await #expect(throws: Failure.self) { try await install() }?.status == .unverified)
    #expect(try home.installedRoot() == nil)
  }

  @Test func withoutTheRecordOfTheRootKeysNothingIsInstalledOnAHost() async throws {
    try await begin()
    try await sign()
    try FileManager.default.removeItem(atPath: "\(home.path)/private/root-keys.json")
    #expect(await #expect(throws: Failure.self) { try await install() }?.status == .refused)
    #expect(try home.installedRoot() == nil)
  }

  @Test func aFolderThatOthersMayWriteOrReadIsNotAHosts() async throws {
    for (folder, mode) in [("etc/private", 0o750), ("etc/trust", 0o777)] {
      try? FileManager.default.removeItem(atPath: home.path)
      try FileManager.default.createDirectory(
        atPath: "\(scratch.path)/\(folder)", withIntermediateDirectories: true)
      try FileManager.default.setAttributes(
        [.posixPermissions: mode], ofItemAtPath: "\(scratch.path)/\(folder)")
      let failure = await #expect(throws: Failure.self) { try await begin() }
      #expect(failure?.message.contains("\(folder) exists, and is not a folder of yours") == true)
      #expect(!FileManager.default.fileExists(atPath: "\(home.path)/private/training-plane.pem"))
    }
  }

  @Test func aHomeWithoutATrustRootBeginsNoDraftByItself() throws {
    let failure = #expect(throws: Failure.self) {
      try DraftFile(home: home, path: "\(scratch.path)/next.root.json").edit { $0.threshold = 1 }
    }
    #expect(failure?.hint?.contains("init --system") == true)
  }

  // What is made.

  @Test func thePlanesKeysAreRootsAloneAndNobodyElsesAreMade() async throws {
    try await begin()
    #expect(try scratch.mode(of: "etc/private") == 0o700)
    #expect(
      try scratch.names(in: "etc/private")
        == ["governance-plane.pem", "root-keys.json", "serving-plane.pem", "training-plane.pem"])
    for plane in ["training", "governance", "serving"] {
      #expect(try scratch.mode(of: "etc/private/\(plane)-plane.pem") == 0o600)
    }
    #expect(try scratch.names(in: "etc") == ["private", "trust"])
    #expect(try scratch.names(in: "etc/trust") == ["next.root.json"])
  }

  @Test func peopleAreEnrolledAndTheRootIsSignedElsewhereAndPinned() async throws {
    try await begin()
    let shipped = "# a comment\n\(HostPin.unset)\nkey_credential: plane.pem\n"
    for plane in Home.planes { try scratch.write(shipped, to: "etc/\(plane.planeName).yaml") }
    let alice = try SecretKey.generate()
    try KeyFile.create(alice.publicKey, path: "\(elsewhere.path)/alice.pub.pem")
    try await AddPrincipal.parse([
      "alice", "--role", "approver", "--key", "\(elsewhere.path)/alice.pub.pem", "--home", home.path,
    ]).perform()
    try await sign()
    try await install()
    let root = try #require(try home.installedRoot())
    #expect(root.version == 1 && root.holder(of: alice.publicKey)?.id.text == "alice")
    #expect(Home.planes.allSatisfy { root.plane($0)?.id.text == $0.planeName })
    for plane in Home.planes {
      let text = try scratch.read("etc/\(plane.planeName).yaml")
      #expect(text == shipped.replacing(HostPin.unset, with: "\(HostPin.key)\(root.digest)"))
      let key = try KeyFile.loadSecret(path: home.hostKey(of: plane))
      #expect(root.holder(of: key.publicKey)?.holds(plane) == true)
    }
  }

  @Test func whatIsSignedFirstIsShownInFull() throws {
    let root = try TestHome().root.root
    let sentences = TrustChanges(of: root).sentences
    for words in root.principals.map({ "adds \($0.id) " }) + ["adds the environment production", "adds the root key"] {
      #expect(sentences.contains { $0.hasPrefix(words) }, "\(sentences)")
    }
    #expect(root.principals.allSatisfy { principal in sentences.contains { $0.contains(principal.keys[0].hex) } })
  }

  // The steps.

  private func begin(rootKey: String = "root.pub.pem") async throws {
    try await Init.parse(["--system", "--home", home.path, "--root-key", "\(elsewhere.path)/\(rootKey)"]).perform()
  }

  /// What somebody does to the draft while it travels.
  private func changeDraft(_ change: (inout TrustRootDraft) throws -> Void) throws {
    _ = try DraftFile(home: home, path: "\(home.trust)/next.root.json").edit(change)
  }

  /// On a machine that has the draft and no home.
  private func sign(with key: String = "root.pem") async throws {
    let draft = "\(elsewhere.path)/next.root.json"
    try? FileManager.default.removeItem(atPath: draft)
    try FileManager.default.copyItem(atPath: "\(home.trust)/next.root.json", toPath: draft)
    try await SignTrust.parse([
      "--root-key", "\(elsewhere.path)/\(key)", "--draft", draft, "--home", "\(elsewhere.path)/nowhere", "--yes",
    ]).perform()
    try FileManager.default.removeItem(atPath: "\(home.trust)/next.root.json")
    try FileManager.default.copyItem(atPath: draft, toPath: "\(home.trust)/next.root.json")
  }

  private func install() async throws { try await InstallTrust.parse(["--home", home.path]).perform() }
}
