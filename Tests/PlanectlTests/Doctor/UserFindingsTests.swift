import Attestations
import FoundationEssentials
import Glibc
import PlaneContract
import Testing

@testable import planectl

@Suite struct UserFindingsTests {
  let scratch: ScratchFolder
  let home: Home

  init() throws {
    scratch = try ScratchFolder()
    home = Home(path: scratch.path)
    for plane in Home.planes { try scratch.write("require_distinct_uids: true\n", to: "\(plane.planeName).yaml") }
  }

  private func findings(
    _ users: [Role: uid_t] = [.training: 101, .governance: 102, .serving: 103], in groups: [String: [String]] = [:]
  ) -> [Finding] {
    UserFindings(home: home, user: { users[$0] }, members: { groups[$0] ?? [] }).findings
  }

  @Test func twoPlanesOfOneUserAreNotApart() {
    let found = findings([.training: 101, .governance: 102, .serving: 102])
    #expect(found.exitStatus == .denied && found.first?.object == "serving-plane")
    #expect(found.first?.sentence.contains("the same user as governance-plane") == true)
  }

  @Test func aPlaneThatIsRootIsNotApart() {
    #expect(findings([.training: 0, .governance: 1, .serving: 2]).first?.sentence.contains("as root") == true)
  }

  @Test func aUserThatIsNotThereIsNamed() {
    let found = findings([.training: 101, .governance: 102])
    #expect(found.first?.object == "serving-plane" && found.first?.next?.contains("systemd-sysusers") == true)
  }

  @Test func aPersonInAPlanesGroupMaySpeakWhereThePlaneDoes() {
    let found = findings(in: ["training-plane": ["training-plane", "mallory"]])
    #expect(found.exitStatus == .denied && found.first?.sentence.hasPrefix("mallory may open") == true)
    #expect(found.first?.next == "gpasswd -d mallory training-plane")
  }

  @Test func aPlaneThatWouldStartWithoutIsolationIsSaid() throws {
    try scratch.write("require_distinct_uids: false\n", to: "governance-plane.yaml")
    let found = findings()
    #expect(found.map(\.verdict) == [.ok, .warn] && found.last?.object == home.hostConfig(of: .governance))
  }

  @Test func aHomeOfOneUserIsNotJudgedByThis() throws {
    let test = try TestHome()
    #expect(UserFindings(home: test.home).findings.isEmpty)
    withExtendedLifetime(test) {}
  }
}
