import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@testable import GovernancePlane

@Suite struct ModelRegistryTests {
  let governance: Governance

  init() async throws { governance = try await Governance() }

  /// One version of a model, a second after the one before.
  @discardableResult
  private func version(_ number: Int, of model: String = "iris") async throws -> (TrainingResult, UnverifiedEnvelope) {
    governance.plane.clock.step(seconds: 1)
    let result = TestHouse.result(model: model, weights: "weights \(model) \(number)", run: "run-\(number)")
    return (result, try await governance.publish(result))
  }

  private func models(_ query: ModelList = ModelList()) async throws -> Page<ModelSummary> {
    try Page(await governance.plane.send(.modelList, query, as: "bridge", on: .governanceRead))
  }

  private func versions(of model: String, after: String? = nil, limit: Int = 20) async throws -> ModelVersions {
    let query = ModelGet(modelID: ModelID(checked: model), after: after, limit: limit)
    return try ModelVersions(await governance.plane.send(.modelGet, query, as: "alice", on: .approve))
  }

  @Test(arguments: ["trainer", "training-plane", "serving-plane"])
  func whoMayNotReadIsRefused(sender: String) async throws {
    try await version(1)
    for (kind, body) in [(.modelList, ModelList()), (.modelGet, ModelGet(modelID: ModelID(checked: "iris")))]
      as [(MessageKind, any Body)]
    {
      let refusal = try await refusal { try await governance.plane.send(kind, body, as: sender, on: .governanceRead) }
      #expect(refusal?.code == .forbidden)
    }
  }

  @Test func aModelThatNobodyTrainedIsNotFound() async throws {
    try await version(1)
    #expect(try await refusal { _ = try await versions(of: "iri") }?.code == .notFound)
  }

  @Test func aVersionWhoseStoredBytesWereChangedIsNotShown() async throws {
    let (_, output) = try await version(1)
    try await governance.plane.tamper(
      "UPDATE training_output SET submitted_by = 'mallory' WHERE digest = ?", [output.payloadDigest.description])
    #expect(try await refusal { _ = try await versions(of: "iris") }?.code == .internal)
  }

  @Test func everyVersionIsToldWithItsApprovalsAndTheirStates() async throws {
    let (first, firstOutput) = try await version(1)
    let rejected = TestHouse.approval(
      of: firstOutput, first, id: "approval:a", environments: ["production"], required: 2,
      at: governance.plane.clock.now())
    try await governance.propose(rejected)
    try await governance.reject(rejected)
    governance.plane.clock.step(seconds: 1)
    let active = TestHouse.approval(
      of: firstOutput, first, id: "approval:b", environments: ["production"], required: 2,
      at: governance.plane.clock.now())
    try await governance.propose(active)
    try await governance.sign(active, as: "bob")
    let (second, _) = try await version(2)

    let iris = try await versions(of: "iris")
    #expect(iris.versions.next == nil && iris.versions.items.map(\.result) == [second, first])
    #expect(iris.versions.items[0].approvals.isEmpty)
    let told = iris.versions.items[1]
    #expect(told.approvals.map(\.approvalID?.text) == ["approval:b", "approval:a"] && told.approvalCount == 2)
    #expect(told.approvals.map(\.status) == [.active, .rejected])
    #expect(told.trainingOutputDigest == firstOutput.payloadDigest && told.submitterPerson?.text == "tina")

    try await governance.revoke(
      try governance.house.revocation(of: first, at: governance.plane.clock.now()))
    #expect(try await versions(of: "iris").versions.items[1].approvals.map(\.status) == [.revoked, .revoked])
  }

  @Test func ofManyApprovalsTheNewestAreToldAndAllAreCounted() async throws {
    let (result, output) = try await version(1)
    for number in 1...25 {
      governance.plane.clock.step(seconds: 1)
      try await governance.propose(
        TestHouse.approval(
          of: output, result, id: "approval:\(number)", environments: ["staging"], required: 1,
          at: governance.plane.clock.now()))
    }
    let told = try #require(await versions(of: "iris").versions.items.first)
    #expect(told.approvalCount == 25 && told.approvals.count == ModelVersion.maximumApprovals)
    #expect(told.approvals.first?.approvalID?.text == "approval:25")
  }

  @Test func modelsAreListedByNameWithTheirNewestVersion() async throws {
    try await version(1, of: "wine")
    try await version(1, of: "iris")
    let (result, output) = try await version(2, of: "iris")
    try await governance.propose(
      TestHouse.approval(
        of: output, result, environments: ["staging"], required: 1, at: governance.plane.clock.now()))
    let items = try await models().items
    #expect(items.map(\.modelID.text) == ["iris", "wine"] && items.map(\.versionCount) == [2, 1])
    #expect(items.map(\.status) == [.active, .submitted])
    #expect(items[0].weightsHash == result.weightsHash && items[0].environments.map(\.text) == ["staging"])
  }

  @Test func pagesShowEveryModelOnceWhileOthersComeIn() async throws {
    for model in ["a", "c", "e", "g", "i"] { try await version(1, of: model) }
    var seen: [String] = []
    var after: ModelID?
    repeat {
      let page = try await models(ModelList(after: after, limit: 2))
      #expect(page.items.count <= 2)
      seen += page.items.map(\.modelID.text)
      after = page.next.flatMap(ModelID.init)
      try await version(2, of: "a")
      try await version(1, of: "b")
    } while after != nil
    #expect(seen == ["a", "c", "e", "g", "i"])
  }

  @Test func pagesShowEveryVersionOnceAndFitAFrame() async throws {
    let card: JSONObject = ["description": .string(String(repeating: "x", count: 60 * 1024))]
    var published: [Digest] = []
    for number in 1...12 {
      governance.plane.clock.step(seconds: 1)
      let result = TrainingResult(
        modelID: ModelID(checked: "iris"), weightsHash: Digest(hashing: [UInt8(number)]), weightsKind: .file,
        card: card, correlationID: CorrelationID(checked: "run-\(number)"))
      published.append(try await governance.publish(result).payloadDigest)
    }
    var seen: [Digest] = []
    var after: String?
    repeat {
      let page = try await versions(of: "iris", after: after, limit: ModelGet.maximumLimit)
      #expect(page.fields.serialized().count < 512 * 1024)
      seen += page.versions.items.map(\.trainingOutputDigest)
      after = page.versions.next
    } while after != nil
    #expect(seen == published.reversed())
  }

  @Test(arguments: ["", "x", "1.2"]) func aCursorThatIsNoneIsRefused(after: String) async throws {
    try await version(1)
    #expect(try await refusal { _ = try await versions(of: "iris", after: after) }?.code == .invalidRequest)
  }
}
