import Attestations
import FoundationEssentials
import Signing
import Testing
import Wire

@testable import planectl

@Suite struct NewHomeTests {
  @Test func aHomeHasEveryPieceAndNothingOthersCanRead() throws {
    let test = try TestHome()
    #expect(
      try test.scratch.names(in: "home") == [
        "governance-plane", "keys", "nanda-bridge", "run", "serving-plane", "training-plane", "trust",
      ])
    #expect(try test.scratch.names(in: "home/serving-plane") == ["config.yaml", "deployments", "plane.pem", "store"])
    #expect(
      try test.scratch.names(in: "home/run") == ["governance-plane", "nanda-bridge", "serving-plane", "training-plane"])
    #expect(try test.scratch.names(in: "home/nanda-bridge") == ["config.yaml"])
    for folder in ["home", "home/keys", "home/run/serving-plane", "home/serving-plane/store"] {
      #expect(try test.scratch.mode(of: folder) == 0o700, "\(folder)")
    }
    for secret in ["keys/root.pem", "keys/alice.pem", "governance-plane/plane.pem"] {
      #expect(try test.scratch.mode(of: "home/\(secret)") == 0o600, "\(secret)")
    }
  }

  @Test func everyPrincipalHoldsItsKeyAndItsOneRole() throws {
    let test = try TestHome()
    let roles = test.root.root.principals.map { "\($0.id) \($0.roles.map(\.rawValue))" }
    #expect(
      roles == [
        #"alice ["approver"]"#, #"bob ["approver"]"#, #"trainer ["submitter"]"#, #"ci ["deployer"]"#,
        #"metrics ["monitor"]"#, #"bridge ["reader"]"#, #"training-plane ["training"]"#,
        #"governance-plane ["governance"]"#, #"serving-plane ["serving"]"#,
      ])
    for name in ["alice", "bob", "trainer", "ci", "metrics", "bridge"] {
      #expect(try test.identity(name).principal.id.text == name)
    }
  }

  @Test(arguments: [(["alice"], 1), (["alice", "bob"], 2), (["alice", "bob", "carol"], 2)])
  func productionRequiresNoMoreApproversThanThereAre(approvers: [String], required: Int) throws {
    let policy = try TestHome(approvers: approvers).root.policy
    #expect(policy.environments[EnvironmentName(checked: "production")]?.requiredApprovers == required)
    #expect(policy.environments[EnvironmentName(checked: "staging")]?.requiredApprovers == 1)
  }

  @Test func anExistingHomeIsNeverTouched() throws {
    let test = try TestHome()
    let before = try test.scratch.read("home/trust/1.root.json")
    let again = try NewHome(home: test.home, roster: try TestHome.roster(approvers: ["mallory"]))
    #expect(throws: Failure.self) { try again.create() }
    #expect(try test.scratch.read("home/trust/1.root.json") == before)
    #expect(try test.scratch.names() == ["home"])
  }

  @Test(arguments: ["a file", "a folder"])
  func whatIsThereAlreadyIsNeverTouched(kind: String) throws {
    let scratch = try ScratchFolder()
    if kind == "a folder" {
      try FileManager.default.createDirectory(atPath: "\(scratch.path)/home", withIntermediateDirectories: false)
      try scratch.write("mine", to: "home/notes")
    } else {
      try scratch.write("mine", to: "home")
    }
    let new = try NewHome(
      home: Home(path: "\(scratch.path)/home"), roster: try TestHome.roster(approvers: ["alice"]))
    #expect(throws: Failure.self) { try new.create() }
    #expect(try scratch.read(kind == "a folder" ? "home/notes" : "home") == "mine")
    #expect(try scratch.names() == ["home"])
  }

  @Test func aHomeTooDeepForSocketsIsRefusedBeforeAnythingIsMade() throws {
    let scratch = try ScratchFolder()
    let deep = "\(scratch.path)/\(String(repeating: "d", count: 60))"
    let failure = try #require(throws: Failure.self) {
      try NewHome(home: Home(path: deep), roster: try TestHome.roster(approvers: ["alice"]))
    }
    #expect(failure.message.contains("too long"))
    #expect(try scratch.names().isEmpty)
  }

  @Test(arguments: [["root"], ["training-plane"], ["alice", "alice"], ["trainer"]])
  func aNameThatIsTakenIsRefused(approvers: [String]) {
    #expect(throws: Failure.self) { try TestHome.roster(approvers: approvers) }
  }

  @Test func configsPinTheTrustRootAndAreBelievedByTheCommandLine() throws {
    let test = try TestHome()
    for plane in ["training", "governance", "serving"] {
      #expect(
        try test.scratch.read("home/\(plane)-plane/config.yaml").contains("trust_root_digest: \(test.root.digest)\n"))
    }
  }

  @Test func aReplacedTrustRootIsNotBelieved() throws {
    let (mine, other) = (try TestHome(), try TestHome())
    try mine.scratch.write(try other.scratch.read("home/trust/1.root.json"), to: "home/trust/1.root.json")
    #expect(throws: TrustRootError.self) { try mine.home.trustRoot() }
  }

  @Test func aSecondTrustRootIsNotHalfUnderstood() throws {
    let test = try TestHome()
    try test.scratch.write(try test.scratch.read("home/trust/1.root.json"), to: "home/trust/2.root.json")
    #expect(throws: TrustRootError.self) { try test.home.trustRoot() }
  }
}
