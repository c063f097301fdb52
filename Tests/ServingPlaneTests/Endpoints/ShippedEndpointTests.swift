import Attestations
import Foundation
import Glibc
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@testable import ServingPlane

/// The endpoint that is shipped, with a real plane on the other side of its socket. It reads the real clock, and so does the plane.
@Suite(.timeLimit(.minutes(5))) struct ShippedEndpointTests {
  private let house: TestHouse
  private let home: TemporaryDirectory

  init() throws {
    house = try TestHouse(expiresAt: Timestamp.now().adding(days: 365))
    home = try TemporaryDirectory()
  }

  private func endpoint(_ adapter: [String]) throws -> ShippedEndpoint {
    try ShippedEndpoint(house, store: "\(home.path)/store", adapter: adapter)
  }

  private func plane(_ endpoint: ShippedEndpoint) async throws -> ServingHouse {
    let serving = try await ServingHouse(house: house, directory: home, at: .now(), config: endpoint.config)
    try await serving.publish(at: serving.plane.clock.now())
    return serving
  }

  private func deploySecond(_ serving: ServingHouse) async throws {
    let second = TestHouse.result(weights: "weights two", run: "run-2")
    let id = "approval:0000000000000002"
    try await serving.publish(second, id: id, at: serving.plane.clock.now())
    try await serving.deploy(weights: serving.weights("weights two"), approval: id)
  }

  private func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

  @Test func anOrderThatNobodyMayGiveIsRefusedAndNothingIsDone() async throws {
    let endpoint = try endpoint(["triton", "--repository", "FOLDER"])
    let process = try await endpoint.start()
    let plane = PrincipalID(checked: "serving-plane")
    func order(_ environment: String = "staging") -> EndpointOrder {
      EndpointOrder(
        action: .undeploy, environment: EnvironmentName(checked: environment), modelID: ModelID(checked: "iris"),
        reason: "a test")
    }
    func answer(_ envelope: UnverifiedEnvelope) async throws -> String {
      let reply = try await endpoint.answer(to: envelope.serialized)
      return reply["refused"]?.string ?? (reply["deployed"] == .bool(false) ? "done" : "neither")
    }
    let (key, now) = (try house.key("serving-plane"), Timestamp.now())
    for thief in ["governance-plane", "ci", "alice"] {
      #expect(try await answer(order().signed(by: house.key(thief), as: plane, at: now)).contains("not signed by"))
    }
    #expect(try await answer(order("production").signed(by: key, as: plane, at: now)).contains("this endpoint serves"))
    for seconds in [-120, 120] {
      let late = try order().signed(by: key, as: plane, at: now.adding(seconds: seconds))
      #expect(try await answer(late).contains("not of this minute"))
    }
    let stranger = PrincipalID(checked: "training-plane")
    #expect(try await answer(order().signed(by: key, as: stranger, at: now)).contains("fields of version 1"))
    let message = try UnverifiedEnvelope(
      signing: order().signed(by: key, as: plane, at: now).payload, as: .message, by: [key])
    #expect(try await answer(message).contains("not a signed"))
    let once = try order().signed(by: key, as: plane, at: now)
    #expect(try await answer(once) == "done")
    #expect(try await answer(once).contains("taken before"))
    #expect(process.exitCode == nil)
  }

  @Test(arguments: ["/etc", "STORE/../secret", "STORE/link", "STORE/file/other"])
  func anOrderForWhatIsNotTheApprovedBytesInTheStoreIsRefused(_ path: String) async throws {
    let store = "\(home.path)/store"
    for folder in ["\(store)/file/other", "\(home.path)/secret"] {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try "other weights".write(toFile: "\(folder)/m.bin", atomically: true, encoding: .utf8)
    }
    try FileManager.default.createSymbolicLink(atPath: "\(store)/link", withDestinationPath: "file/other")
    let endpoint = try endpoint(["triton", "--repository", "FOLDER"])
    let process = try await endpoint.start()
    let weights = StoredWeights(
      id: WeightsID(digest: TestHouse.result().weightsHash, kind: .file),
      directory: path.replacing("STORE", with: store))
    let order = EndpointOrder(
      action: .deploy, environment: EnvironmentName(checked: "staging"), modelID: ModelID(checked: "iris"),
      weights: weights)
    let frame = try order.signed(
      by: house.key("serving-plane"), as: PrincipalID(checked: "serving-plane"), at: .now()
    ).serialized
    let reply = try await endpoint.answer(to: frame)
    #expect(reply["deployed"] == .bool(false) && reply["reason"]?.string != nil)
    #expect(try FileManager.default.contentsOfDirectory(atPath: endpoint.work).isEmpty)
    #expect(process.exitCode == nil)
  }

  @Test func aTritonRepositoryGetsTheNextVersionAndLosesTheOldOne() async throws {
    let endpoint = try endpoint(["triton", "--repository", "FOLDER"])
    let process = try await endpoint.start()
    let serving = try await plane(endpoint)
    try await serving.deploy(weights: serving.weights())
    #expect(text("\(endpoint.work)/iris/1/model.bin") == "weights one")
    #expect(try await serving.authorize().passed)
    try await deploySecond(serving)
    #expect(text("\(endpoint.work)/iris/2/model.bin") == "weights two")
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(endpoint.work)/iris") == ["2"])
    try await serving.undeploy()
    #expect(try FileManager.default.contentsOfDirectory(atPath: endpoint.work).isEmpty)
    #expect(process.exitCode == nil, "\(endpoint.log)")
  }

  @Test func aServerIsStartedAnewByItsOperatorsCommandAndAFailedStartIsAFailedPromotion() async throws {
    // Serves what begins with "weights one", and fails for anything else.
    let start = "sh -c 'cat $MODEL_PATH/* >> FOLDER/started && grep -q one $MODEL_PATH/*'"
    let endpoint = try endpoint(["restart", "--links", "FOLDER", "--start", start, "--stop", "touch FOLDER/stopped"])
    let process = try await endpoint.start()
    let serving = try await plane(endpoint)
    try await serving.deploy(weights: serving.weights())
    #expect(text("\(endpoint.work)/iris/model.bin") == "weights one")
    let refused = try await refusal { try await deploySecond(serving) }
    #expect(refused?.code == .unavailable && refused?.message.contains("ended with 1") == true)
    #expect(text("\(endpoint.work)/started") == "weights oneweights twoweights one", "what ran was started again")
    #expect(text("\(endpoint.work)/iris/model.bin") == "weights one")
    #expect(try await serving.authorize().passed)
    try await serving.undeploy()
    #expect(text("\(endpoint.work)/stopped") != nil && text("\(endpoint.work)/iris/model.bin") == nil)
    #expect(process.exitCode == nil, "\(endpoint.log)")
  }

  @Test func kServeGetsAPatchOfItsStorageURI() async throws {
    let endpoint = try endpoint(["kserve", "--patches", "FOLDER", "--uri-prefix", "pvc://models/store"])
    let process = try await endpoint.start()
    let serving = try await plane(endpoint)
    try await serving.deploy(weights: serving.weights())
    func model() throws -> JSONValue? {
      let patch = try StrictJSON.parse(Array((text("\(endpoint.work)/iris.json") ?? "").utf8))
      return patch.object?["spec"]?.object?["predictor"]?.object?["model"]
    }
    let hash = TestHouse.result().weightsHash.hex
    #expect(try model() == .object(["storageUri": .string("pvc://models/store/file/\(hash)")]))
    try await serving.undeploy()
    #expect(try model() == .null)
    #expect(process.exitCode == nil, "\(endpoint.log)")
  }

  @Test func aServiceThatIsKilledFailsTheDeployAndAfterItsRestartServesAgain() async throws {
    let endpoint = try endpoint(["triton", "--repository", "FOLDER"])
    let first = try await endpoint.start()
    let serving = try await plane(endpoint)
    try await serving.deploy(weights: serving.weights())
    first.send(SIGKILL)
    try await first.end()
    #expect(try await refusal { try await deploySecond(serving) }?.code == .unavailable)
    let second = try await endpoint.start()
    let restarted = try await serving.restarted(at: .now())
    #expect(
      text("\(endpoint.work)/iris/1/model.bin") == "weights one"
        || text("\(endpoint.work)/iris/2/model.bin") == "weights one")
    #expect(try await restarted.authorize().passed)
    #expect(try await restarted.plane.evidence(.deploymentFailed).count == 1)
    #expect(second.exitCode == nil, "\(endpoint.log)")
  }
}
