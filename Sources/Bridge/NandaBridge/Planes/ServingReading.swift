import Attestations
import MerkleLog
import PlaneContract
import Signing
import Wire

/// What the bridge asks of the serving plane.
struct ServingReading: Sendable {
  /// Of one asker alone.
  let line: PlaneLine
  let reader: Reader

  func status() async throws -> PlaneStatus { try PlaneStatus(try await line.ask(.planeStatus, [:]).body) }

  /// What runs now.
  func deployments() async throws -> [DeploymentSummary] {
    try await line.all(.deploymentList) { after in
      DeploymentList(after: after, limit: DeploymentList.maximumLimit)
    }
  }

  /// The serving plane's signed answer to exactly this question.
  ///
  /// - Throws: `AttestationError` or `PaperFault` for what does not hold, and what `PlaneLine.ask` throws.
  func decision(on question: GateQuestion) async throws -> VerifiedDecision {
    let root = reader.trust.root
    let reply = try await line.ask(.modelAuthorize, ModelAuthorize(question: question, attest: true).fields)
    guard let value = reply.body["attestation"], !value.isNull else { throw PaperFault("the decision is not signed") }
    let envelope = try UnverifiedEnvelope(json: value, maximumPayload: AttestationFormat.maximumPayload)
    let decision = try VerifiedDecision.verify(envelope, root: root)
    guard decision.modelID == question.modelID, decision.environment == question.environment,
      decision.scope == question.scope, decision.requestDigest == reply.requestDigest,
      try decision.requestedBy == reader.name(under: root)
    else { throw PaperFault("the serving plane signed an answer to another question") }
    return decision
  }

  /// The models that entries of its log speak of, from one entry on; nil where there are too many to read.
  ///
  /// By the plane's word alone: it is where to look again.
  func modelsTouched(since first: Int, upTo size: Int) async throws -> Set<ModelID>? {
    guard size - first <= LedgerGet.limits.upperBound * 4 else { return nil }
    var (models, index) = (Set<ModelID>(), first)
    while index < size {
      let page: LedgerEntries = try await line.ask(
        .ledgerGet, LedgerGet.entries(from: index, limit: LedgerGet.limits.upperBound))
      for entry in page.entries {
        let data = try UnverifiedEntry(entry.serialized()).data
        if let model = data["model_id"]?.string.flatMap(ModelID.init) { models.insert(model) }
      }
      guard page.next > index else { return models }
      index = page.next
    }
    return models
  }
}
