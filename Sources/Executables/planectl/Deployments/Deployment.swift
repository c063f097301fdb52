import Attestations
import PlaneContract
import Signing
import Wire

/// Deploying and undeploying, and what a caller checks of the answers.
struct Deployment {
  /// Weights are hashed and copied before the plane answers, and they may be large.
  static let patience = Duration.seconds(3600)

  let session: Session

  /// - Throws: `Failure`, status `denied`, that names every gate that failed.
  func deploy(_ request: ModelDeploy) async throws -> Answer<PromotionRecord> {
    let place = request.environment.map { " to \($0)" } ?? ""
    let answer: Answer<DeployReceipt>
    do {
      answer = try await DeployWatch(session: session, request: request).during {
        try await session.ask(.serving, .modelDeploy, request.fields, timeout: Self.patience)
      }
    } catch let refusal as Refusal where refusal.code == .denied {
      throw denied(refusal, request, "serving-plane denied the deployment of \(request.modelID)\(place)")
    }
    let promotion = try answer.value.promotion.attested(PromotionResult.self, by: session.root.keysEver(of: .serving))
    let record = promotion.predicate.record
    guard record.modelID == request.modelID, record.environment == request.environment else {
      throw Failure.unverified("serving-plane signed the promotion of another model or environment")
    }
    return Answer(value: record, body: answer.body)
  }

  func undeploy(_ request: ModelUndeploy) async throws -> Answer<PromotionRecord> {
    let answer: Answer<UndeployReceipt> = try await session.ask(
      .serving, .modelUndeploy, request.fields, timeout: Self.patience)
    let undeployment = try answer.value.undeployment.attested(
      Undeployment.self, by: session.root.keysEver(of: .serving))
    let record = undeployment.predicate.record
    guard record.modelID == request.modelID, record.environment == request.environment else {
      throw Failure.unverified("serving-plane signed the undeployment of another model or environment")
    }
    return Answer(value: record, body: answer.body)
  }

  /// Every page, newest first.
  func list(
    model: ModelID? = nil, environment: EnvironmentName? = nil, at: Timestamp? = nil, history: Bool = false
  ) async throws -> [DeploymentSummary] {
    try await session.all(.serving, .deploymentList) { after in
      DeploymentList(
        environment: environment, modelID: model, at: at, history: history, after: after,
        limit: DeploymentList.maximumLimit
      ).fields
    }
  }

  private func denied(_ refusal: Refusal, _ request: ModelDeploy, _ message: String) -> Failure {
    let decision = refusal.decision ?? [:]
    let failed = GateReport(decision).failures
    let hint = DenialHint(
      decision, environment: request.environment, approvalID: request.approvalID, policy: session.root.policy)
    return Failure(
      .denied, message, details: failed.isEmpty ? [refusal.message] : failed, hint: hint.text, body: refusal.body)
  }
}
