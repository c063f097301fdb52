import FoundationEssentials
import Glibc
import PlaneContract
import Testing

@testable import planectl

/// Files that others could read or change, in a home for trying out.
@Suite struct FileFindingsTests {
  let test: TestHome

  init() throws { test = try TestHome() }

  private var findings: [Finding] {
    FileFindings(home: test.home, personalKeys: "\(test.scratch.path)/nowhere").findings
  }

  private func fault(at path: String) throws -> Finding {
    #expect(findings.exitStatus == .denied)
    return try #require(findings.first { $0.verdict == .fail && $0.object == "\(test.home.path)/\(path)" })
  }

  @Test(arguments: [
    ("keys/alice.pem", 0o644, "can be read by others (mode 0644)"),
    ("keys/root.pem", 0o620, "can be changed by others (mode 0620)"),
    ("serving-plane/plane.pem", 0o604, "can be read by others"), ("serving-plane", 0o755, "can be read by others"),
    ("trust", 0o777, "can be changed by others"), ("trust/1.root.json", 0o664, "can be changed by others"),
    ("governance-plane/config.yaml", 0o662, "can be changed by others"),
    ("run/training-plane", 0o711, "can be read by others"),
  ])
  func whatIsOpenToOthersIsNamedWithItsRemedy(path: String, mode: mode_t, problem: String) throws {
    try #require(chmod("\(test.home.path)/\(path)", mode) == 0)
    let fault = try fault(at: path)
    #expect(fault.sentence.hasPrefix(problem) && fault.next?.hasPrefix("chmod go") == true, "\(fault.line)")
  }

  @Test func aDatabaseThatOthersMayReadIsNamed() throws {
    try test.scratch.write("x", to: "home/training-plane/state.sqlite")
    try #require(chmod("\(test.home.path)/training-plane/state.sqlite", 0o640) == 0)
    #expect(try fault(at: "training-plane/state.sqlite").sentence.contains("read by others"))
  }

  @Test func whatIsGoneOrALinkIsNamed() throws {
    try FileManager.default.removeItem(atPath: test.home.config(of: .training))
    try FileManager.default.moveItem(
      atPath: "\(test.home.keys)/bob.pem", toPath: "\(test.scratch.path)/bob.pem")
    try FileManager.default.createSymbolicLink(
      atPath: "\(test.home.keys)/bob.pem", withDestinationPath: "\(test.scratch.path)/bob.pem")
    #expect(try fault(at: "training-plane/config.yaml").sentence == "is not there")
    #expect(try fault(at: "keys/bob.pem").sentence == "is no plain file")
  }

  @Test(.enabled(if: geteuid() == 0, "only root gives files away"))
  func aFileOfSomebodyElsesIsNamed() throws {
    try #require(chown("\(test.home.keys)/alice.pem", 12_345, 12_345) == 0)
    #expect(try fault(at: "keys/alice.pem").sentence == "belongs to user 12345 and not to \(Accounts.userName(0))")
  }

  @Test func whatMayNotBeLookedAtIsSaidAndNotJudged() {
    let rule = FileRule.file("\(test.home.config(of: .training))/below", .secret, of: geteuid())
    guard case .unseen(let reason) = rule.outcome else { return #expect(Bool(false), "\(rule.outcome)") }
    #expect(reason.contains("Not a directory"))
  }

  @Test func aHomeAsInitMakesItIsWellWithPlanesDown() {
    #expect(findings.map(\.verdict) == [.ok])
  }
}

/// The same of a host, whose planes are other users.
@Suite struct HostFileFindingsTests {
  let scratch: ScratchFolder
  let home: Home

  init() throws {
    scratch = try ScratchFolder()
    home = Home(path: "\(scratch.path)/etc")
    for folder in ["etc", "etc/trust", "etc/private", "state"] {
      try make(folder, folder == "etc/private" ? 0o700 : 0o755)
    }
    for plane in Home.planes {
      try make("etc/run-\(plane.planeName)", 0o755)
      try make("state/\(plane.planeName)", 0o700)
      try scratch.write(
        "database: \(scratch.path)/state/\(plane.planeName)/state.sqlite\n", to: "etc/\(plane.planeName).yaml")
      try scratch.write("a key", to: "etc/private/\(plane.planeName).pem")
      try #require(chmod(home.hostKey(of: plane), 0o600) == 0)
      try make("etc/run", 0o755)
      try make("etc/run/\(plane.planeName)", 0o755)
    }
  }

  private func make(_ folder: String, _ mode: mode_t) throws {
    try #require(mkdir("\(scratch.path)/\(folder)", mode) == 0 || errno == EEXIST)
  }

  private var findings: [Finding] {
    FileFindings(
      home: home, administrator: geteuid(), user: { _ in geteuid() }, personalKeys: "\(scratch.path)/nowhere"
    ).findings
  }

  private func problem(of path: String) throws -> String {
    try #require(findings.first { $0.verdict == .fail && $0.object == "\(scratch.path)/\(path)" }).sentence
  }

  @Test func aStateFolderThatOthersMayEnterIsNamed() throws {
    try #require(chmod("\(scratch.path)/state/serving-plane", 0o750) == 0)
    #expect(try problem(of: "state/serving-plane").contains("read by others"))
  }

  @Test func aKeyThatOthersMayReadIsNamedEvenInAClosedFolder() throws {
    try #require(chmod(home.hostKey(of: .serving), 0o644) == 0)
    #expect(try problem(of: "etc/private/serving-plane.pem").contains("read by others"))
  }

  @Test func aFolderOfSocketsThatOthersMayWriteIsNamed() throws {
    try #require(chmod("\(scratch.path)/etc/run/governance-plane", 0o775) == 0)
    #expect(try problem(of: "etc/run/governance-plane").contains("changed by others"))
  }

  @Test func aKeyMayBeThereEncryptedAndHasToBeThereAtAll() throws {
    try FileManager.default.moveItem(
      atPath: home.hostKey(of: .training), toPath: home.hostEncryptedKey(of: .training))
    #expect(findings.map(\.verdict) == [.ok])
    try FileManager.default.removeItem(atPath: home.hostEncryptedKey(of: .training))
    #expect(try problem(of: "etc/private/training-plane.cred") == "is not there")
  }
}
