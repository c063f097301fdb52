import Attestations
import Foundation
import PlaneContract
import Testing

/// What `systemd/` promises to a host, held against the table of sockets in the code.
@Suite struct UnitFileTests {
  static let planes = Set(SocketName.allCases.map(\.plane.planeName)).sorted()
  /// Runs what the operator chose for each event; no plane is a part of it.
  static let follower = "nanda-planes-watch.service"
  /// Acts on the serving plane's orders, one instance for each environment.
  static let endpoint = "nanda-planes-endpoint@.service"
  /// Asks as a reader, and answers the network.
  static let bridge = "nanda-bridge.service"

  @Test(arguments: SocketName.allCases)
  func everySocketHasOneUnitThatLetsInItsAudienceAlone(socket: SocketName) throws {
    let path = "/run/nanda-planes/\(socket.path)"
    let units = try UnitFile.all(".socket").filter { $0.values("Socket", "ListenStream") == [path] }
    let unit = try #require(units.first, "no .socket listens on \(path)")
    #expect(units.count == 1)
    #expect(unit.values("Socket", "FileDescriptorName") == [socket.fileName])
    #expect(unit.values("Socket", "SocketGroup") == [socket.group])
    #expect(unit.values("Socket", "SocketUser") == ["root"])
    #expect(unit.values("Socket", "SocketMode") == ["0660"])
    #expect(unit.values("Socket", "DirectoryMode") == ["0755"])
    #expect(unit.values("Socket", "Service") == ["\(socket.plane.planeName).service"])
  }

  @Test func noUnitListensOnAnythingElse() throws {
    #expect(try UnitFile.all(".socket").count == SocketName.allCases.count)
    let services = Self.planes.map { "\($0).service" } + [Self.follower, Self.endpoint, Self.bridge]
    #expect(try Set(UnitFile.all(".service").map(\.name)) == Set(services))
  }

  @Test(arguments: [(follower, ["model-readers"]), (endpoint, [])])
  func whoActsInTheOutsideWorldHasNothingOfAPlane(unit: String, groups: [String]) throws {
    let service = try UnitFile(name: unit)
    let user = try #require(service.values("Service", "User").first)
    #expect(!Self.planes.contains(user) && user != "root")
    #expect(service.values("Service", "Group") == [user])
    #expect(service.values("Service", "SupplementaryGroups") == groups)
    #expect(
      service.values("Service", "NoNewPrivileges") == ["yes"]
        && service.values("Service", "ProtectSystem") == ["strict"])
    #expect(service.values("Service", "ReadWritePaths").isEmpty)
    #expect(try UnitFile(name: "nanda-planes.target").settings(of: "Unit").allSatisfy { !$0.contains(unit) })
  }

  @Test func theBridgeIsAReaderWithAStateOfItsOwnAndHearsThisHostAlone() throws {
    let service = try UnitFile(name: Self.bridge)
    #expect(service.values("Service", "User") == ["nanda-bridge"])
    #expect(service.values("Service", "SupplementaryGroups") == ["model-readers"])
    #expect(service.values("Service", "ReadWritePaths") == ["/var/lib/nanda-planes/nanda-bridge"])
    #expect(
      service.values("Service", "LoadCredential") == ["reader.pem:/etc/nanda-planes/private/nanda-bridge.pem"])
    #expect(service.values("Service", "IPAddressDeny") == ["any"])
    #expect(service.values("Service", "IPAddressAllow") == ["localhost"])
    #expect(try UnitFile(name: "nanda-planes.target").settings(of: "Unit").allSatisfy { !$0.contains(Self.bridge) })
  }

  @Test(arguments: planes) func aServiceIsPassedItsOwnSocketsAndRunsAsItsOwnUser(plane: String) throws {
    let service = try UnitFile(name: "\(plane).service")
    let sockets = try UnitFile.all(".socket").filter { $0.values("Socket", "Service") == [service.name] }.map(\.name)
    #expect(service.values("Service", "Sockets").map(Self.words) == [Set(sockets)])
    #expect(service.values("Install", "Also").map(Self.words) == [Set(sockets)])
    #expect(service.values("Service", "User") == [plane] && service.values("Service", "Group") == [plane])
    #expect(service.values("Service", "ReadWritePaths") == ["/var/lib/nanda-planes/\(plane)"])
    #expect(
      service.values("Service", "ExecStart") == ["/usr/bin/\(plane) run --config /etc/nanda-planes/\(plane).yaml"])
  }

  @Test(arguments: planes) func aPlaneIsHandedItsOwnKeyIsWatchedAndHasLimits(plane: String) throws {
    let service = try UnitFile(name: "\(plane).service")
    #expect(
      service.values("Service", "LoadCredential") == ["plane.pem:/etc/nanda-planes/private/\(plane).pem"])
    let config = Repository.root.appendingPathComponent("config/\(plane).yaml")
    let lines = try String(contentsOf: config, encoding: .utf8).split(separator: "\n")
    #expect(lines.contains("key_credential: plane.pem") && !lines.contains { $0.hasPrefix("key:") })
    for limit in ["WatchdogSec", "MemoryMax", "TasksMax", "LimitNOFILE"] {
      #expect(service.values("Service", limit).count == 1, "\(limit)")
    }
    #expect(service.values("Service", "Type") == ["notify"])
    #expect(service.values("Service", "Restart") == ["on-failure"])
  }

  @Test func everyPlaneIsConfinedAlike() throws {
    let confinements = try Self.planes.map { plane in
      let settings = try UnitFile(name: "\(plane).service").settings(of: "Service")
      return Array(settings[try #require(settings.firstIndex(of: "UMask=0077"))...])
    }
    #expect(Set(confinements).count == 1)
    #expect(confinements.allSatisfy { $0.count >= 30 && !$0.contains("PrivateUsers=yes") })
  }

  @Test func everyUserAndGroupThatIsNamedIsMade() throws {
    let made = try UnitFile.lines(of: "sysusers.d/nanda-planes.conf").map { $0.split(separator: " ").map(String.init) }
    let users = Set(made.filter { $0[0] == "u" }.map { $0[1] } + ["root"])
    let groups = Set(made.map { $0[1] } + ["root"])
    let services = try UnitFile.all(".service")
    let sockets = try UnitFile.all(".socket")
    let folders = try UnitFile.lines(of: "tmpfiles.d/nanda-planes.conf").map {
      $0.split(separator: " ").map(String.init)
    }
    #expect(users.isSuperset(of: services.flatMap { $0.values("Service", "User") } + folders.map { $0[3] }))
    #expect(groups.isSuperset(of: services.flatMap { $0.values("Service", "Group") } + folders.map { $0[4] }))
    #expect(groups.isSuperset(of: sockets.flatMap { $0.values("Socket", "SocketGroup") }))
  }

  @Test(arguments: planes) func aPlaneAloneOpensItsStateAndRootAloneItsSocketFolder(plane: String) throws {
    let folders = try UnitFile.lines(of: "tmpfiles.d/nanda-planes.conf").map {
      $0.split(separator: " ").map(String.init)
    }
    #expect(folders.contains(["d", "/var/lib/nanda-planes/\(plane)", "0700", plane, plane]))
    #expect(folders.contains(["d", "/run/nanda-planes/\(plane)", "0755", "root", "root"]))
  }

  @Test func theKeysAreInAFolderOfRootsAlone() throws {
    let folders = try UnitFile.lines(of: "tmpfiles.d/nanda-planes.conf").map {
      $0.split(separator: " ").map(String.init)
    }
    #expect(folders.contains(["d", "/etc/nanda-planes/private", "0700", "root", "root"]))
  }

  private static func words(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }
}

/// What systemd's own judge of unit files says of them.
@Suite(.enabled(if: SystemdAnalyze.isInstalled, "systemd-analyze is missing; install the package systemd"))
struct UnitJudgementTests {
  @Test func verifyingEveryUnitPrintsNothing() throws {
    let units = try ScratchUnits()
    let verdict = try units.verify()
    #expect(verdict.status == 0 && verdict.output.isEmpty, "\(verdict.output)")
  }

  @Test func verifyingNoticesAMistypedDirective() throws {
    let units = try ScratchUnits()
    try units.replace("NoNewPrivileges=", with: "NoNewPrivilege=", in: "serving-plane.service")
    #expect(try units.verify().output.contains("Unknown key"))
  }

  @Test(arguments: UnitFileTests.planes) func exposureIsAtMostFourTenths(plane: String) throws {
    let unit = UnitFile.folder.appendingPathComponent("\(plane).service").path
    let verdict = try Command(["systemd-analyze", "security", "--offline=true", "--threshold=4", "--no-pager", unit])
    let exposure = verdict.output.firstMatch(of: #/Overall exposure level for \S+: (\d+\.\d)/#).flatMap { Double($0.1) }
    #expect(verdict.status == 0, "\(verdict.output)")
    #expect(try #require(exposure) <= 0.4)
  }
}

enum SystemdAnalyze {
  static var isInstalled: Bool { (try? Command(["systemd-analyze", "--version"]))?.status == 0 }
}

/// The units with their programs where they were built: systemd-analyze wants an `ExecStart=` that exists.
private struct ScratchUnits {
  private let scratch: ScratchDirectory
  private let names: [String]

  init() throws {
    scratch = try ScratchDirectory()
    names =
      try UnitFile.all(".service").map(\.name) + UnitFile.all(".socket").map(\.name)
      + UnitFile.all(".target").map(\.name)
    for name in names {
      try FileManager.default.copyItem(at: UnitFile.folder.appendingPathComponent(name), to: url(of: name))
    }
    for plane in UnitFileTests.planes {
      let program = Repository.products.appendingPathComponent(plane)
      try FileManager.default.createSymbolicLink(at: url(of: plane), withDestinationURL: program)
      try replace("=/usr/bin/\(plane) ", with: "=\(url(of: plane).path) ", in: "\(plane).service")
    }
    let bridge = Repository.products.appendingPathComponent("nanda-bridge").path
    try replace("=/usr/bin/nanda-bridge ", with: "=\(bridge) ", in: UnitFileTests.bridge)
    let planectl = Repository.products.appendingPathComponent("planectl").path
    try replace("=/usr/bin/planectl ", with: "=\(planectl) ", in: UnitFileTests.follower)
  }

  func replace(_ text: String, with other: String, in name: String) throws {
    let unit = try String(contentsOf: url(of: name), encoding: .utf8)
    try #require(unit.contains(text))
    try unit.replacingOccurrences(of: text, with: other).write(to: url(of: name), atomically: true, encoding: .utf8)
  }

  /// systemd's own targets are looked up where distributions put them; those of this host's administrator are left out.
  func verify() throws -> Command {
    let path = "\(scratch.url.path):/usr/lib/systemd/system:/lib/systemd/system"
    return try Command(
      ["env", "SYSTEMD_UNIT_PATH=\(path)", "systemd-analyze", "verify", "--man=no"] + names.map { url(of: $0).path })
  }

  private func url(of name: String) -> URL { scratch.url.appendingPathComponent(name) }
}
