import Attestations
import FoundationEssentials
import Glibc
import PlaneContract
import Testing

@testable import planectl

@Suite struct SocketFindingsTests {
  let test: TestHome

  /// A home with all of governance's sockets, as a plane makes them.
  init() throws {
    test = try TestHome()
    for socket in SocketName.sockets(of: .governance) {
      _ = try FakePlane(socket: test.home.socket(socket), answers: [])
      try #require(chmod(test.home.socket(socket), 0o660) == 0)
    }
  }

  private var findings: [Finding] { SocketFindings(home: test.home).findings }

  @Test func aSocketThatEverybodyMayOpenIsNamed() throws {
    let path = test.home.socket(.approve)
    try #require(chmod(path, 0o666) == 0)
    let fault = try #require(findings.first { $0.verdict == .fail })
    #expect(fault.object == path && fault.sentence == "everybody may open it", "\(fault.line)")
  }

  @Test func aSocketThatIsGoneWhileOthersAreThereIsNamed() throws {
    try FileManager.default.removeItem(atPath: test.home.socket(.observe))
    let fault = try #require(findings.first { $0.verdict == .fail })
    #expect(fault.object == test.home.socket(.observe) && fault.next?.contains("planectl up") == true)
  }

  @Test func aFileInThePlaceOfASocketIsNamed() throws {
    try FileManager.default.removeItem(atPath: test.home.socket(.ingest))
    try test.scratch.write("", to: "home/run/governance-plane/ingest.sock")
    #expect(findings.first { $0.verdict == .fail }?.sentence == "it is no socket")
  }

  @Test func onAHostTheGroupHasToBeThatOfTheAudience() throws {
    for plane in Home.planes {
      try FileManager.default.moveItem(atPath: test.home.config(of: plane), toPath: test.home.hostConfig(of: plane))
    }
    var found = SocketFindings(home: test.home, group: { _ in getegid() }).findings
    #expect(found.map(\.verdict) == [.ok] && found.first?.object == "governance-plane")
    found = SocketFindings(home: test.home, group: { $0 == "model-approvers" ? getegid() + 1 : getegid() }).findings
    #expect(found.map(\.object) == [test.home.socket(.approve)] && found.exitStatus == .denied)
    #expect(found.first?.sentence.hasSuffix("may open it, and not model-approvers") == true)
    found = SocketFindings(home: test.home, group: { _ in nil }).findings
    #expect(found.count == 4 && found.allSatisfy { $0.sentence.contains("there is no group") })
  }

  @Test func planesThatAreDownHaveNoSocketsToJudge() throws {
    #expect(findings.map(\.object) == ["governance-plane"] && findings.exitStatus == nil)
  }
}
