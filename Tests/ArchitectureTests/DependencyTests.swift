import Testing

/// The first lock: what Package.swift lets a target see.
@Suite struct DependencyTests {
  let graph: PackageGraph

  init() throws { graph = try PackageGraph() }

  @Test func thereAreThreePlanes() {
    for plane in PackageGraph.planes { #expect(graph.targets[plane]?.type == "regular", "\(plane)") }
  }

  @Test(arguments: PackageGraph.planes.sorted()) func noPlaneReachesAnother(plane: String) {
    let reached = graph.closure(of: plane).intersection(PackageGraph.planes)
    #expect(reached.isEmpty, "\(plane) reaches \(reached)")
    #expect(graph.closure(of: plane).contains("PlaneContract"))
  }

  @Test func everyPlaneSeesTheSame() {
    let seen = Set(PackageGraph.planes.map { graph.direct($0) })
    #expect(seen.count == 1)
  }

  @Test(arguments: [
    ("training-plane", "TrainingPlane"), ("governance-plane", "GovernancePlane"), ("serving-plane", "ServingPlane"),
  ])
  func aDaemonRunsExactlyOnePlane(daemon: String, plane: String) {
    #expect(graph.targets[daemon]?.type == "executable")
    #expect(graph.closure(of: daemon).intersection(PackageGraph.planes) == [plane])
  }

  @Test func planectlLinksNoPlaneAndNoDatabase() {
    let reached = graph.closure(of: "planectl")
    let forbidden = PackageGraph.planes.union(["GRDB", "Storage", "Ledger", "Daemon"])
    #expect(reached.isDisjoint(with: forbidden), "planectl reaches \(reached.intersection(forbidden))")
    #expect(reached.contains("PlaneContract"))
  }

  @Test func theBridgeReachesNoPlane() {
    for target in ["NandaBridge", "nanda-bridge"] {
      let reached = graph.closure(of: target)
      #expect(reached.isDisjoint(with: PackageGraph.planes), "\(target) reaches \(reached)")
      #expect(reached.contains("PlaneContract") && reached.contains("Hummingbird"))
    }
  }

  /// Nothing that a plane or `planectl` is built of hears HTTP.
  @Test func onlyTheBridgeReachesTheHTTPServer() {
    let http: Set = ["Hummingbird", "HummingbirdCore", "HTTPTypes", "NandaBridge"]
    for target in graph.targets.values where target.type != "test" && !target.name.lowercased().contains("bridge") {
      #expect(graph.closure(of: target.name).isDisjoint(with: http), "\(target.name)")
    }
  }

  @Test func noSharedModuleDependsOnAPlaneOrAProgram() {
    for target in graph.targets.values where target.type == "regular" && !PackageGraph.planes.contains(target.name) {
      let programs = graph.targets.values.filter { $0.type == "executable" }.map(\.name)
      #expect(graph.closure(of: target.name).isDisjoint(with: PackageGraph.planes.union(programs)), "\(target.name)")
    }
  }

  /// Modules that are pure stay so: nothing below them opens a file, a socket or a database.
  @Test(arguments: [
    "Signing", "Wire", "HTML", "Attestations", "MerkleLog", "Bundles", "Metadata", "Drift", "Safetensors",
    "PlaneContract",
  ])
  func whatIsPureDependsOnNothingThatIsNot(
    name: String
  ) {
    #expect(
      graph.closure(of: name).subtracting(["Signing", "Wire", "Attestations", "MerkleLog", "Drift", "CSodium"]).isEmpty)
  }
}
