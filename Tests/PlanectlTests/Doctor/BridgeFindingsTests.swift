import Attestations
import FoundationEssentials
import Glibc
import PlaneContract
import Signing
import Testing

@testable import planectl

/// The bridge in a home for trying out.
@Suite struct BridgeFindingsTests {
  let test: TestHome
  private var config: String { test.home.config(of: Home.bridge) }

  init() throws { test = try TestHome() }

  private func edit(_ old: String, _ new: String) throws {
    let path = "home/nanda-bridge/config.yaml"
    try test.scratch.write(try test.scratch.read(path).replacing(old, with: new), to: path)
  }

  private var pins: [Finding] {
    TrustFindings(home: test.home, root: test.root, now: test.root.root.issuedAt).findings.filter { $0.subject == .pin }
  }

  private var files: [Finding] {
    FileFindings(home: test.home, personalKeys: "\(test.scratch.path)/nowhere").findings
  }

  @Test func aBridgeThatPinsAnotherRootIsNotBelieved() throws {
    try edit("\(test.root.digest)", "\(Digest(hashing: Array("another".utf8)))")
    #expect(pins.exitStatus == .unverified)
    #expect(pins.filter { $0.verdict == .fail }.map(\.object) == [config])
  }

  @Test func aBridgeThatPinsNothingFails() throws {
    try edit("\(test.root.digest)", HostPin.unsetDigest)
    #expect(pins.first { $0.verdict == .fail }?.object == config && pins.exitStatus == .denied)
  }

  @Test(arguments: [
    ("nanda-bridge/config.yaml", 0o646, "can be changed by others (mode 0646)"),
    ("nanda-bridge", 0o750, "can be read by others"), ("run/nanda-bridge", 0o770, "can be changed by others"),
    ("keys/bridge.pem", 0o640, "can be read by others"),
  ])
  func whatIsOpenToOthersIsNamedOnce(path: String, mode: mode_t, problem: String) throws {
    try #require(chmod("\(test.home.path)/\(path)", mode) == 0)
    let faults = files.filter { $0.verdict == .fail }
    #expect(faults.map(\.object) == ["\(test.home.path)/\(path)"], "\(faults.map(\.line))")
    #expect(faults.first?.sentence.hasPrefix(problem) == true)
  }

  @Test func aDatabaseThatOthersMayReadIsNamed() throws {
    try test.scratch.write("x", to: "home/nanda-bridge/state.sqlite")
    try #require(chmod("\(test.home.folder(of: Home.bridge))/state.sqlite", 0o604) == 0)
    #expect(files.first { $0.verdict == .fail }?.object.hasSuffix("nanda-bridge/state.sqlite") == true)
  }

  @Test(arguments: ["nanda-bridge/config.yaml", "run/nanda-bridge"])
  func whatIsGoneIsNamed(path: String) throws {
    try FileManager.default.removeItem(atPath: "\(test.home.path)/\(path)")
    let faults = files.filter { $0.verdict == .fail }
    #expect(faults.map(\.object) == ["\(test.home.path)/\(path)"] && faults.first?.sentence == "is not there")
  }

  @Test func aBridgeWhoseKeyIsGoneIsSaidAndIsNoFailure() throws {
    try FileManager.default.removeItem(atPath: "\(test.home.keys)/bridge.pem")
    let found = BridgeFindings(home: test.home).findings
    #expect(found.map(\.verdict) == [.warn] && files.exitStatus == nil)
    #expect(found.first?.sentence.contains("\(test.home.keys)/bridge.pem is not there") == true)
  }

  @Test func aHomeOfAnOlderVersionHasNoBridgeAndHearsOfNone() throws {
    try FileManager.default.removeItem(atPath: test.home.folder(of: Home.bridge))
    let all = files + pins + BridgeFindings(home: test.home).findings
    #expect(all.allSatisfy { $0.verdict == .ok && !$0.object.contains(Home.bridge) }, "\(all.map(\.line))")
  }

  @Test func aBridgeThatWasNeverStartedIsWell() {
    let found = BridgeFindings(home: test.home).findings
    #expect(found.map(\.verdict) == [.ok] && found.first?.sentence.contains("planectl up --bridge") == true)
  }

  @Test func aBridgeThatEndedByItselfIsSaid() throws {
    try test.scratch.write("\(getpid())", to: "home/run/nanda-bridge/pid")
    let found = BridgeFindings(home: test.home).findings
    #expect(found.map(\.verdict) == [.warn] && found.first?.sentence.contains("does not run any more") == true)
  }
}

/// The bridge of a host, which is there when its key is.
@Suite struct HostBridgeFindingsTests {
  let scratch: ScratchFolder
  let home: Home

  init() throws {
    scratch = try ScratchFolder()
    home = Home(path: "\(scratch.path)/etc")
    for folder in ["etc", "etc/private", "etc/trust", "state"] { try make(folder, 0o700) }
    try scratch.write("", to: "etc/serving-plane.yaml")
    try scratch.write(
      "trust_root_digest: \(HostPin.unsetDigest)\ndatabase: \(scratch.path)/state/nanda-bridge/state.sqlite\n",
      to: "etc/nanda-bridge.yaml")
  }

  private func make(_ folder: String, _ mode: mode_t) throws {
    try #require(mkdir("\(scratch.path)/\(folder)", mode) == 0)
  }

  private func setUp() throws {
    try scratch.write("a key", to: "etc/private/nanda-bridge.pem")
    try #require(chmod(home.hostKey(of: Home.bridge), 0o600) == 0)
    try make("state/nanda-bridge", 0o700)
  }

  /// What is said of the bridge, besides what is well.
  private var faults: [Finding] {
    let files = FileFindings(
      home: home, administrator: geteuid(), user: { $0 == Home.bridge ? geteuid() : nil },
      personalKeys: "\(scratch.path)/nowhere")
    return files.findings.filter { $0.verdict != .ok && $0.object.contains(Home.bridge) }
  }

  private func users(bridge: uid_t?) -> [Finding] {
    let ids: [Role: uid_t] = [.training: 101, .governance: 102, .serving: 103]
    return UserFindings(home: home, user: { ids[$0] }, bridgeUser: { bridge }, members: { _ in [] }).findings
  }

  @Test func aHostWithoutTheBridgesKeyHearsNothingOfABridge() throws {
    #expect(!home.hasBridge && faults.isEmpty)
    #expect(users(bridge: 0).exitStatus == nil)
    let test = try TestHome()
    let trust = TrustFindings(home: home, root: test.root, now: test.root.root.issuedAt).findings
    #expect(!trust.contains { $0.object.contains(Home.bridge) })
  }

  @Test func aBridgeIsSetUpAsItShouldBe() throws {
    try setUp()
    #expect(home.hasBridge && faults.isEmpty, "\(faults.map(\.line))")
  }

  @Test(arguments: [
    ("etc/private/nanda-bridge.pem", 0o640, "can be read by others"),
    ("etc/nanda-bridge.yaml", 0o664, "can be changed by others"),
    ("state/nanda-bridge", 0o755, "can be read by others"),
  ])
  func whatIsOpenToOthersIsNamed(path: String, mode: mode_t, problem: String) throws {
    try setUp()
    try #require(chmod("\(scratch.path)/\(path)", mode) == 0)
    #expect(faults.map(\.object) == ["\(scratch.path)/\(path)"] && faults.first?.sentence.hasPrefix(problem) == true)
  }

  @Test func aBridgeThatPinsNothingBelievesNothing() throws {
    try setUp()
    let test = try TestHome()
    let trust = TrustFindings(home: home, root: test.root, now: test.root.root.issuedAt).findings
    #expect(trust.contains { $0.verdict == .fail && $0.object == home.hostConfig(of: Home.bridge) })
  }

  @Test(arguments: [
    (0, "the same user as root"), (103, "the same user as serving-plane"), (nil, "no user of this name"),
  ])
  func aBridgeThatIsSomebodyElseIsNotApart(id: uid_t?, words: String) throws {
    try setUp()
    let found = users(bridge: id)
    #expect(found.exitStatus == .denied)
    #expect(found.first?.object == Home.bridge && found.first?.sentence.contains(words) == true)
  }
}
