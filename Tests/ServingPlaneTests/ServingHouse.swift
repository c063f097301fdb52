import Attestations
import Daemon
import Foundation
import PlaneContract
import Signing
import Synchronization
import TestSupport
import Wire

@testable import ServingPlane

/// A serving plane in a house, with weights on disk and the messages that governance, deployers and approvers send it.
struct ServingHouse: Sendable {
  let house: TestHouse
  let plane: TestPlane
  /// The same plane's own object, for what its services do.
  let serving: ServingPlane
  /// Where the weights that tests name lie.
  let models: TemporaryDirectory
  /// More of the plane's config.
  private let more: String

  init(
    house: TestHouse? = nil, directory: TemporaryDirectory? = nil, models: TemporaryDirectory? = nil,
    at time: Timestamp? = nil, config more: String = ""
  )
    async throws
  {
    self.more = more
    let clock = SteppedClock(time ?? TestHouse.epoch)
    let models = if let models { models } else { try TemporaryDirectory() }
    let home = if let house { house } else { try TestHouse() }
    self.house = home
    self.models = models
    let built = Mutex<ServingPlane?>(nil)
    plane = try await TestPlane(ServingPlane.self, in: home, directory: directory, clock: clock) { context in
      let folder = URL(fileURLWithPath: context.database.path).deletingLastPathComponent().path
      let config = "\(folder)/config.yaml"
      let text = """
        key: plane.pem
        database: state.sqlite
        store: store
        deployments: deployments
        weights_roots: ["\(models.path)", "\(folder)"]
        \(more)
        """
      try text.write(toFile: config, atomically: true, encoding: .utf8)
      let section = try ConfigFile.read(path: config)
      let plane = try await ServingPlane(context: context, config: section)
      await plane.reinstate()
      built.withLock { $0 = plane }
      return plane.routes
    }
    guard let serving = built.withLock({ $0 }) else { throw Absent("serving plane") }
    self.serving = serving
  }

  /// The same plane after its process has died: what is on disk stays, what was in memory is gone.
  func restarted(at time: Timestamp? = nil) async throws -> ServingHouse {
    try plane.context.database.close()
    return try await ServingHouse(
      house: house, directory: plane.directory, models: models, at: time ?? plane.clock.now(), config: more)
  }

  /// Writes weights whose digest is that of `TestHouse.result(weights:)`.
  func weights(_ text: String = "weights one", named name: String = "model.bin") throws -> String {
    let path = "\(models.path)/\(name)"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  /// What `current` leads to, or nil.
  func served(_ environment: String = "staging", model: String = "iris") -> String? {
    let folder = "\(plane.directory.path)/deployments/\(environment)/\(model)/current"
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder), let name = names.first else {
      return nil
    }
    return try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
  }
}

// The messages.
extension ServingHouse {
  /// Publishes an approval of a model with these signatures; `by` governance's key unless told otherwise.
  func publish(
    _ result: TrainingResult = TestHouse.result(), id: String = "approval:0000000000000001",
    environments: [String] = ["staging"], required: Int = 1, signers: [String] = ["alice", "governance-plane"],
    output: UnverifiedEnvelope? = nil, at time: Timestamp = TestHouse.epoch, expiresAt: Timestamp? = nil
  ) async throws {
    let output = try output ?? house.trainingOutput(result)
    let approval = TestHouse.approval(
      of: output, result, id: id, environments: environments, required: required, at: time, expiresAt: expiresAt)
    try await plane.send(
      .approvalPublish,
      ApprovalPublication(approval: try house.signed(approval, by: signers), trainingOutput: output),
      as: "governance-plane", on: .control)
  }

  @discardableResult
  func undeploy(_ environment: String = "staging", model: String = "iris") async throws -> PromotionRecord {
    let body = ModelUndeploy(
      modelID: ModelID(checked: model), environment: EnvironmentName(checked: environment), reason: "a test")
    let receipt = try UndeployReceipt(await plane.send(.modelUndeploy, body, as: "ci", on: .deploy))
    return try receipt.undeployment.attested(Undeployment.self, by: house.root.keys(of: .serving)).predicate.record
  }

  @discardableResult
  func deploy(
    _ environment: String? = "staging", weights: String? = nil, approval: String? = nil, scope: String? = nil,
    model: String = "iris"
  ) async throws -> PromotionRecord {
    let body = ModelDeploy(
      modelID: ModelID(checked: model), environment: environment.map(EnvironmentName.init(checked:)),
      scope: scope.map(ScopeName.init(checked:)), approvalID: approval.map(ApprovalID.init(checked:)),
      weightsPath: weights)
    let receipt = try DeployReceipt(await plane.send(.modelDeploy, body, as: "ci", on: .deploy))
    return try receipt.promotion.attested(PromotionResult.self, by: house.root.keys(of: .serving)).predicate.record
  }

  /// Governance hands over a lease.
  @discardableResult
  func lease(_ lease: UnverifiedEnvelope, as sender: String = "governance-plane") async throws -> LeaseReceipt {
    try LeaseReceipt(await plane.send(.leasePublish, LeasePublication(lease: lease), as: sender, on: .control))
  }

  func revoke(_ envelope: UnverifiedEnvelope, as sender: String = "alice") async throws -> [ApprovalID] {
    try await whileEnding {
      try RevocationReceipt(
        await plane.send(.modelRevoke, Revocation(revocation: envelope), as: sender, on: .revoke)
      ).approvals
    }
  }

  /// Runs `body` while the plane's service ends what is to be ended.
  func whileEnding<Value>(_ body: () async throws -> Value) async throws -> Value {
    async let _ = serving.keepEnding()
    return try await body()
  }

  /// Governance tells a revocation, its own or one that it got from here.
  func passedBack(_ revocation: UnverifiedEnvelope) async throws {
    _ = try await whileEnding {
      try await plane.send(.revocationPublish, Revocation(revocation: revocation), as: "governance-plane", on: .control)
    }
  }

  /// The same with the observation that goes with what drift revoked.
  func told(_ revocation: UnverifiedEnvelope, _ observation: UnverifiedEnvelope?) async throws {
    let body = RevocationPublication(revocation: revocation, observation: observation)
    _ = try await whileEnding { try await plane.send(.revocationPublish, body, as: "governance-plane", on: .control) }
  }

  /// An approver revokes here, and a second later governance has confirmed it and passed it back.
  func revokedEverywhere(_ revocation: UnverifiedEnvelope) async throws {
    _ = try await revoke(revocation)
    try await plane.tamper("DELETE FROM outbox")
    try await passedBack(revocation)
    plane.clock.step(seconds: 1)
  }

  /// The verdict of authorize, and the gates that failed.
  func authorize(
    _ environment: String? = "staging", hash: Digest? = nil, scope: String? = nil, model: String = "iris",
    approval: String? = nil
  ) async throws -> (passed: Bool, failed: [String]) {
    Self.verdict(try await decision(environment, hash: hash, scope: scope, model: model, approval: approval))
  }

  func decision(
    _ environment: String? = "staging", hash: Digest? = nil, scope: String? = nil, model: String = "iris",
    approval: String? = nil
  ) async throws -> JSONObject {
    let question = GateQuestion(
      modelID: ModelID(checked: model), environment: environment.map(EnvironmentName.init(checked:)),
      scope: scope.map(ScopeName.init(checked:)), approvalID: approval.map(ApprovalID.init(checked:)),
      weightsHash: hash)
    let body = try await plane.send(.modelAuthorize, ModelAuthorize(question: question), as: "ci", on: .deploy)
    return body["decision"]?.object ?? [:]
  }

  static func verdict(_ decision: JSONObject) -> (passed: Bool, failed: [String]) {
    let gates = decision["gates"]?.array ?? []
    let failed = gates.compactMap { gate in
      gate.object?["passed"]?.bool == false ? gate.object?["gate"]?.string : nil
    }
    return (decision["verificationResult"]?.string == "PASSED", failed)
  }

  /// The gates that a denied deploy names.
  func deniedGates(_ body: () async throws -> Void) async throws -> [String]? {
    let refusal = try await refusal(of: body)
    guard let refusal, refusal.code == .denied else { return nil }
    return Self.verdict(refusal.decision ?? [:]).failed
  }
}
