import Attestations
import FoundationEssentials
import PlaneContract
import Signing
import Testing
import Wire

@testable import planectl

@Suite struct TrustFindingsTests {
  let test: TestHome

  init() throws { test = try TestHome() }

  private func findings(after days: Int = 0) -> [Finding] {
    TrustFindings(home: test.home, root: test.root, now: test.root.root.issuedAt.adding(days: days)).findings
  }

  @Test(arguments: [(0, Finding.Verdict.ok), (304, .ok), (306, .warn), (364, .warn), (366, .fail)])
  func aRootThatEndsIsSaidInGoodTimeAndThenFails(days: Int, verdict: Finding.Verdict) {
    let found = findings(after: days)
    #expect(found.first?.verdict == verdict, "\(found.map(\.line))")
    #expect(verdict == .ok || found.first?.next?.contains("have a next version signed") == true)
  }

  private func pin(_ text: String) throws {
    let path = "home/training-plane/config.yaml"
    try test.scratch.write(try test.scratch.read(path).replacing("\(test.root.digest)", with: text), to: path)
  }

  @Test func aConfigThatPinsAnotherRootIsNotBelieved() throws {
    try pin("\(Digest(hashing: Array("another".utf8)))")
    let found = findings()
    #expect(found.exitStatus == .unverified)
    #expect(found.first { $0.verdict == .fail }?.object == test.home.config(of: .training))
  }

  @Test(arguments: [HostPin.unsetDigest, "soon", ""])
  func aConfigThatPinsNothingFails(text: String) throws {
    try pin(text)
    #expect(findings().first { $0.verdict == .fail }?.sentence.contains("pins no version 1") == true)
  }

  @Test func aConfigThatMayNotBeReadIsSaid() throws {
    try FileManager.default.removeItem(atPath: test.home.config(of: .serving))
    let found = findings()
    #expect(found.exitStatus == nil)
    #expect(found.filter { $0.verdict == .unseen }.map(\.object) == [test.home.config(of: .serving)])
  }

  @Test func aHomeWithoutPlanesSaysThatNothingIsPinned() throws {
    for plane in Home.planes { try FileManager.default.removeItem(atPath: test.home.config(of: plane)) }
    let found = findings()
    #expect(found.map(\.verdict) == [.ok, .warn])
    #expect(found.last?.next?.contains("PLANES_ROOT_DIGEST") == true)
  }

  @Test func aTrustRootThatDoesNotHoldIsToldAndTheRestIsStillLookedAt() async throws {
    try test.scratch.write(
      try test.scratch.read("home/trust/1.root.json").replacing("\"sig\":\"", with: "\"sig\":\"A"),
      to: "home/trust/1.root.json")
    let found = await Examination(home: test.home).findings()
    #expect(found.first?.verdict == .fail && found.first?.subject == .trust && found.exitStatus == .unverified)
    #expect(found.contains { $0.subject == .files } && found.contains { $0.subject == .disk })
  }
}

@Suite struct ConfigLineTests {
  @Test(
    arguments: [
      ("database: /var/state.sqlite\n", "/var/state.sqlite"), ("database: \"state.sqlite\"  # here\n", "state.sqlite"),
      ("  database: nested\ndatabase: 'own'\n", "own"), ("# database: no\ndatabases: no\n", nil), ("", nil),
    ] as [(String, String?)])
  func aValueIsThatOfTheKeyAtTheMargin(text: String, value: String?) throws {
    let scratch = try ScratchFolder()
    try scratch.write(text, to: "config.yaml")
    #expect(try ConfigLine.value(of: "database", in: "\(scratch.path)/config.yaml") == value)
  }

  @Test func aRelativePathIsRelativeToTheConfig() throws {
    let scratch = try ScratchFolder()
    try scratch.write("database: state.sqlite\nstore: /srv/store\n", to: "config.yaml")
    let config = "\(scratch.path)/config.yaml"
    #expect(try ConfigLine.path(of: "database", in: config) == "\(scratch.path)/state.sqlite")
    #expect(try ConfigLine.path(of: "store", in: config) == "/srv/store")
    try scratch.write("key: ../keys/a.pem\n", to: "config.yaml")
    #expect(try ConfigLine.path(of: "key", in: config) == "\(scratch.path.folder)/keys/a.pem")
    #expect("/a".folder == "/" && "/a/b".folder == "/a" && "a".folder == ".")
  }
}
