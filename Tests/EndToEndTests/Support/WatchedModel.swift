import Attestations
import Drift
import PlaneContract
import Signing
import TestSupport
import Wire

/// An approved model with a baseline that its submitter signed: accuracy 0.94, and two hundred values of a feature, evenly from 0 to 1.
struct WatchedModel: Sendable {
  let model: TrainedModel
  let approval: ModelApproval

  var id: ModelID { model.id }

  /// What a monitor sees in the `number`th second from `start` on, the feature shifted by `shift`.
  func window(_ number: Int, from start: Timestamp, shift: Double = 0) -> Observation {
    let series = Series.numbers(TestHouse.even(150, from: shift))
    return window(number, from: start, WatchedValues(metrics: ["accuracy": 0.94], series: ["petal": series]))
  }

  func window(_ number: Int, from start: Timestamp, _ values: WatchedValues) -> Observation {
    // Messages tell times to the millisecond.
    let begin = Timestamp(microseconds: start.microseconds / 1000 * 1000).adding(seconds: number)
    return Observation(
      modelID: id, environment: EnvironmentName(checked: "staging"), windowStart: begin,
      windowEnd: begin.adding(seconds: 1), values: values)
  }
}

extension DaemonFixture {
  /// Trains and approves for staging and production.
  func watched(_ name: String) async throws -> WatchedModel {
    let (plain, weights, path) = try job(name)
    let result = TrainingResult(
      modelID: plain.modelID, weightsHash: plain.weightsHash, weightsKind: .file,
      metrics: ["accuracy": JSONValue(number: 0.94)], correlationID: plain.correlationID,
      reference: ["petal": .array(TestHouse.even(200, from: 0).map { JSONValue(number: $0) })])
    let receipt = try await home.caller("trainer").submit(result)
    try await governanceHolds(receipt.digest)
    let model = TrainedModel(result: result, weights: weights, path: path, receipt: receipt)
    let approval = approval(of: model)
    try await approved(approval)
    return WatchedModel(model: model, approval: approval)
  }

  /// Deploys to staging; returns when the first second may begin that a monitor may report of: there are twenty before now.
  func deploy(_ watched: WatchedModel) async throws -> Timestamp {
    let promotion = try await home.caller("ci").deploy(watched.id, weights: watched.model.path)
    return promotion.predicate.record.promotedAt.adding(seconds: -25)
  }

  /// The checks of a model, newest first, once there are so many.
  func checks(_ count: Int, of model: ModelID) async throws -> [DriftCheck] {
    let anyone = try home.caller("bridge")
    return try await pollUntil("governance has judged \(count) windows of \(model)") {
      let page = try Page<DriftCheckItem>(
        await anyone.ask(.driftGet, DriftGet(modelID: model, limit: 100), on: .governanceRead))
      let checks = try page.items.map {
        try $0.driftCheck.attested(DriftCheck.self, by: self.home.root.keys(of: .governance)).predicate
      }
      return checks.count >= count ? checks : nil
    }
  }
}

extension PlaneCaller {
  /// Returns the digest of the observation as serving attests it.
  @discardableResult
  func observe(_ observation: Observation) async throws -> Digest {
    let body = try await ask(.modelObserve, ModelObserve(observation: observation), on: .deploy)
    return try ObservationReceipt(body).digest
  }
}
