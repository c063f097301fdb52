import Attestations
import Foundation
import PlaneContract
import Signing
import TestSupport
import Wire

/// A model that a job has trained and submitted.
struct TrainedModel: Sendable {
  let result: TrainingResult
  let weights: [UInt8]
  let path: String
  let receipt: TrainingReceipt

  var id: ModelID { result.modelID }
  var weightsHash: Digest { result.weightsHash }
  /// What the serving plane shows for it: its one file under its own name.
  var served: [String: [UInt8]] { [URL(fileURLWithPath: path).lastPathComponent: weights] }
}

// The steps that honest people take.
extension DaemonFixture {
  /// Writes weights and says what a job would submit about them.
  func job(
    _ model: String, version: Int = 1, byteCount: Int = 4096
  ) throws -> (result: TrainingResult, weights: [UInt8], path: String) {
    let weights =
      Array("\(model), version \(version): ".utf8)
      + [UInt8](repeating: UInt8(truncatingIfNeeded: version), count: byteCount)
    let result = TrainingResult(
      modelID: ModelID(checked: model), weightsHash: Digest(hashing: weights), weightsKind: .file,
      metrics: [
        "accuracy": .number(JSONNumber(0.94) ?? JSONNumber(0)), "loss": .number(JSONNumber(0.2) ?? JSONNumber(0)),
      ],
      correlationID: CorrelationID(checked: "run-\(version)"))
    return (result, weights, try home.write(weights, to: "weights/\(model)/v\(version).bin"))
  }

  /// Trains and submits; returns when governance has heard of it.
  func trained(_ model: String, version: Int = 1) async throws -> TrainedModel {
    let (result, weights, path) = try job(model, version: version)
    let receipt = try await home.caller("trainer").submit(result)
    try await governanceHolds(receipt.digest)
    return TrainedModel(result: result, weights: weights, path: path, receipt: receipt)
  }

  func governanceHolds(_ output: Digest) async throws {
    let alice = try home.caller("alice")
    try await pollUntil("governance holds \(output)") {
      do {
        try await alice.ask(.approvalGet, ApprovalGet(trainingOutputDigest: output), on: .approve)
        return true
      } catch let refusal as Refusal where refusal.code == .notFound { return false }
    }
  }

  /// An approval of the model within every rule, unless told otherwise.
  func approval(
    of model: TrainedModel, by approver: String = "alice", environments: [String] = ["staging", "production"],
    scopes: [String]? = nil, required: Int = 2, weights: Digest? = nil, at: Timestamp? = nil, days: Int = 30
  ) -> ModelApproval {
    approval(
      of: model.result, output: model.receipt.digest, by: approver, environments: environments, scopes: scopes,
      required: required, weights: weights, at: at, days: days)
  }

  func approval(
    of result: TrainingResult, output: Digest, by approver: String = "alice",
    environments: [String] = ["staging", "production"], scopes: [String]? = nil, required: Int = 2,
    weights: Digest? = nil, at: Timestamp? = nil, days: Int = 30
  ) -> ModelApproval {
    let now = at ?? .now()
    return ModelApproval(
      approvalID: ApprovalID(checked: "approval:\(Random.hex(bytes: 8))"), modelID: result.modelID,
      weightsHash: weights ?? result.weightsHash, approvedBy: PrincipalID(checked: approver), approvedAt: now,
      expiresAt: now.adding(days: days), profile: ProfileName(checked: "default"),
      correlationID: result.correlationID, environments: environments.map(EnvironmentName.init(checked:)),
      scopes: scopes?.map(ScopeName.init(checked:)), requiredApprovers: required, trainingOutputDigest: output,
      trustRootVersion: 1)
  }

  /// alice proposes; returns when the serving plane knows that one of two has signed.
  func proposed(_ approval: ModelApproval) async throws {
    _ = try await home.caller("alice").propose(approval)
    try await servingSays("1 of 2", about: approval)
  }

  /// alice proposes, bob signs; returns when the serving plane would allow it.
  func approved(_ approval: ModelApproval) async throws {
    _ = try await home.caller("alice").propose(approval)
    _ = try await home.caller("bob").sign(approval.approvalID)
    try await servingAllows(approval)
  }

  /// Trains, approves for staging and production and deploys to staging.
  func deployed(_ model: String, version: Int = 1) async throws -> TrainedModel {
    let trained = try await trained(model, version: version)
    try await approved(approval(of: trained))
    try await home.caller("ci").deploy(trained.id, weights: trained.path)
    return trained
  }

  func servingAllows(_ approval: ModelApproval) async throws {
    try await pollUntil("serving allows \(approval.approvalID)") { try await self.verdict(on: approval).passed }
  }

  /// Waits until some failed gate of a decision on `approval` says these words.
  func servingSays(_ words: String, about approval: ModelApproval) async throws {
    try await pollUntil("serving says '\(words)' of \(approval.approvalID)") {
      try await self.verdict(on: approval).failures.values.contains { $0.contains(words) }
    }
  }

  func governanceRevokes(_ approval: ModelApproval) async throws {
    let alice = try home.caller("alice")
    try await pollUntil("governance knows that \(approval.approvalID) is revoked") {
      try await alice.approval(approval.approvalID).status == .revoked
    }
  }

  func servesNoMore(_ model: ModelID) async throws {
    try await pollUntil("\(model) is undeployed") { try self.home.served(model.text) == nil }
  }

  /// The decision on exactly this approval and its weights, in the first of its environments.
  func verdict(on approval: ModelApproval) async throws -> Verdict {
    try await home.caller("ci").authorize(
      approval.modelID, in: approval.environments.first?.text, scope: approval.scopes?.first?.text,
      approval: approval.approvalID, weights: approval.weightsHash)
  }

  func revocation(of approval: ModelApproval, by approver: String = "alice") -> ModelRevocation {
    ModelRevocation(
      approvalID: approval.approvalID, modelID: approval.modelID, weightsHash: approval.weightsHash,
      revokedBy: PrincipalID(checked: approver), reason: "labels leaked into training", revokedAt: .now())
  }
}
