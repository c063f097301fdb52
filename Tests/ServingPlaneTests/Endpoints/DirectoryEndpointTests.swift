import Foundation
import TestSupport
import Testing
import WeightsDigest

@testable import ServingPlane

@Suite(.timeLimit(.minutes(2))) struct DirectoryEndpointTests {
  private let tree: TemporaryTree
  private let store: WeightsStore
  private let endpoint: DirectoryEndpoint

  init() throws {
    tree = try TemporaryTree()
    try tree.makeDirectory("home")
    store = try WeightsStore(directory: tree / "home/store", reserve: 0)
    endpoint = try DirectoryEndpoint(directory: tree / "home/deployments", store: tree / "home/store")
  }

  private func store(_ text: String) async throws -> StoredWeights {
    try tree.write(text, to: "models/model.bin")
    let path = tree / "models/model.bin"
    let fingerprint = try WeightsHasher().hash(path: path)
    return try await store.ingest(
      path: path, expecting: WeightsID(digest: fingerprint.digest, kind: .file),
      under: WeightsRoots(roots: [tree / "models"], excluded: []))
  }

  private func served(_ place: String, home: String = "home") throws -> String {
    try String(contentsOfFile: tree / "\(home)/deployments/\(place)/current/model.bin", encoding: .utf8)
  }

  private func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: tree / "home/deployments/\(name)")
  }

  @Test func whatIsDeployedIsServedThroughARelativeLink() async throws {
    let place = try DeploymentPlace(model: "org/model:v2", environment: "staging")
    let weights = try await store("one")
    try await endpoint.deploy(weights, as: place, on: nil)
    #expect(try served("staging/org/model:v2") == "one")
    #expect(try await endpoint.deployed(place) == weights.id)
    let link = tree / "home/deployments/staging/org/model:v2/current"
    let target = try FileManager.default.destinationOfSymbolicLink(atPath: link)
    #expect(target == "../../../../store/file/\(weights.id.digest.hex)")
  }

  @Test func everythingThatIsServedIsListedAndNothingElse() async throws {
    #expect(try await endpoint.places().found.isEmpty)
    let places = try [("a", "staging"), ("a/b", "staging"), ("a", "production")].map {
      try DeploymentPlace(model: $0.0, environment: $0.1)
    }
    for place in places { try await endpoint.deploy(store("one"), as: place, on: nil) }
    try tree.write("theirs", to: "home/deployments/staging/notes.txt")
    try tree.write("theirs", to: "home/deployments/lost+found/m/current")
    try tree.link("home/deployments/staging/elsewhere", to: tree / "models")
    #expect(try await Set(endpoint.places().found) == Set(places))
    for place in places { try await endpoint.undeploy(place, because: "a test") }
    #expect(try await endpoint.places().found.isEmpty)
  }

  @Test func aHomeThatIsMovedStillServes() async throws {
    let place = try DeploymentPlace(model: "m", environment: "staging")
    try await endpoint.deploy(store("one"), as: place, on: nil)
    rename(tree / "home", tree / "moved")
    #expect(try served("staging/m", home: "moved") == "one")
    let restarted = try DirectoryEndpoint(directory: tree / "moved/deployments", store: tree / "moved/store")
    #expect(try await restarted.deployed(place) != nil)
  }

  @Test func deployingAgainAndUndeployingAgainChangeNothing() async throws {
    let place = try DeploymentPlace(model: "a/b", environment: "staging")
    let weights = try await store("one")
    for _ in 0..<2 { try await endpoint.deploy(weights, as: place, on: nil) }
    #expect(try served("staging/a/b") == "one")
    for _ in 0..<2 { try await endpoint.undeploy(place, because: "a test") }
    #expect(try await endpoint.deployed(place) == nil)
    #expect(!exists("staging/a"))
    #expect(exists("staging"))
  }

  @Test func undeployingWhatNeverWasDeployedIsNoError() async throws {
    let place = try DeploymentPlace(model: "never", environment: "nowhere")
    try await endpoint.undeploy(place, because: "a test")
    #expect(try await endpoint.deployed(place) == nil)
    #expect(!exists("nowhere"))
  }

  @Test func oneModelIDCanBeThePrefixOfAnother() async throws {
    let short = try DeploymentPlace(model: "a", environment: "staging")
    let long = try DeploymentPlace(model: "a/b", environment: "staging")
    try await endpoint.deploy(store("short"), as: short, on: nil)
    try await endpoint.deploy(store("long"), as: long, on: nil)
    #expect(try served("staging/a") == "short")
    #expect(try served("staging/a/b") == "long")
    try await endpoint.undeploy(short, because: "a test")
    #expect(try await endpoint.deployed(short) == nil)
    #expect(try served("staging/a/b") == "long")
    try await endpoint.undeploy(long, because: "a test")
    #expect(!exists("staging/a"))
  }

  @Test func oneEnvironmentDoesNotServeAnothers() async throws {
    let staging = try DeploymentPlace(model: "m", environment: "staging")
    let production = try DeploymentPlace(model: "m", environment: "production")
    try await endpoint.deploy(store("one"), as: staging, on: nil)
    #expect(try await endpoint.deployed(production) == nil)
    try await endpoint.deploy(store("two"), as: production, on: nil)
    #expect(try served("staging/m") == "one")
    #expect(try served("production/m") == "two")
  }

  @Test func aReaderFindsTheOldOrTheNewWeightsThroughAThousandSwitches() async throws {
    let place = try DeploymentPlace(model: "m", environment: "staging")
    let versions = [try await store("one"), try await store("two")]
    try await endpoint.deploy(versions[0], as: place, on: nil)
    let began = DispatchSemaphore(value: 0)
    let current = tree / "home/deployments/staging/m/current/model.bin"
    let seen = try await withThrowingTaskGroup(of: Set<String>.self) { group in
      group.addTask {
        try await BlockingWork(width: 1).run { cancellation in
          var seen: Set<String> = []
          began.signal()
          while (try? cancellation.check()) != nil { seen.insert(try String(contentsOfFile: current, encoding: .utf8)) }
          return seen
        }
      }
      try await BlockingWork(width: 1).run { _ in began.wait() }
      for round in 1...1000 { try await endpoint.deploy(versions[round % 2], as: place, on: nil) }
      group.cancelAll()
      return try await group.reduce(into: Set<String>()) { $0.formUnion($1) }
    }
    #expect(!seen.isEmpty)
    #expect(seen.isSubset(of: ["one", "two"]))
    #expect(try await endpoint.deployed(place) == versions[0].id)
  }

  @Test func aLinkThatSomeoneElseMadeIsNotTakenForADeployment() async throws {
    try tree.makeDirectory("home/deployments/staging/m")
    try tree.link("home/deployments/staging/m/current", to: "/etc")
    let place = try DeploymentPlace(model: "m", environment: "staging")
    await #expect(throws: DirectoryEndpointError.self) { try await endpoint.deployed(place) }
    try await endpoint.deploy(store("one"), as: place, on: nil)
    #expect(try served("staging/m") == "one")
  }

  @Test func aLinkInPlaceOfAModelsDirectoryIsNotFollowed() async throws {
    try tree.makeDirectory("home/deployments/staging")
    try tree.makeDirectory("elsewhere")
    try tree.link("home/deployments/staging/m", to: "../../../elsewhere")
    let place = try DeploymentPlace(model: "m", environment: "staging")
    await #expect(throws: WeightsError.self) { try await endpoint.deploy(store("one"), as: place, on: nil) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: tree / "elsewhere").isEmpty)
  }

  @Test func weightsThatAreNotInTheStoreAreNotDeployed() async throws {
    let place = try DeploymentPlace(model: "m", environment: "staging")
    let weights = try await store("one")
    try tree.makeDirectory("elsewhere")
    let strayed = StoredWeights(id: weights.id, directory: tree / "elsewhere")
    await #expect(throws: DirectoryEndpointError.wrongTarget(place, directory: tree / "elsewhere")) {
      try await endpoint.deploy(strayed, as: place, on: nil)
    }
    #expect(try await endpoint.deployed(place) == nil)
  }

  @Test func whatAKilledPlaneLeftUnfinishedIsNoHindrance() async throws {
    try tree.makeDirectory("home/deployments/staging/m")
    try tree.link("home/deployments/staging/m/.current.new", to: "../../../store/file/half")
    let place = try DeploymentPlace(model: "m", environment: "staging")
    #expect(try await endpoint.deployed(place) == nil)
    try await endpoint.deploy(store("one"), as: place, on: nil)
    try tree.link("home/deployments/staging/m/.current.new", to: "../../../store/file/half")
    try await endpoint.undeploy(place, because: "a test")
    #expect(!exists("staging/m"))
  }

  @Test(arguments: [
    "", "..", "a/../b", "a//b", "/a", "a/", ".hidden", "a/.b", "current", "a/current", "a b", "a\n", "é", "a\0",
  ])
  func aModelThatWouldLeaveItsDirectory(model: String) {
    #expect(throws: UnusablePlace(model: model, environment: "staging")) {
      try DeploymentPlace(model: model, environment: "staging")
    }
  }

  @Test(arguments: ["", "..", ".", "a/b", "current", "a b"])
  func anEnvironmentThatWouldLeaveItsDirectory(environment: String) {
    #expect(throws: UnusablePlace(model: "m", environment: environment)) {
      try DeploymentPlace(model: "m", environment: environment)
    }
  }
}
