import AgentFacts
import Attestations
import PlaneContract
import Signing
import Wire

/// Asks both planes about a model, and verifies what they answer.
struct GovernedModelQuery {
  let session: Session

  /// The newest active approval that the serving plane lets run somewhere; else the newest one that it was asked about.
  ///
  /// - Throws: `Failure`: `refused` for a model that nobody has trained or proposed, `unreachable` without both planes, `unverified`.
  func model(_ id: ModelID) async throws -> GovernedModel {
    let known = try await ApprovalDirectory(session: session).all(model: id)
    let listed = known.filter { $0.approvalID != nil }
    let active = listed.filter { $0.status == .active }
    var newest: GovernedModel?
    for summary in active.isEmpty ? Array(listed.prefix(1)) : active {
      guard let approvalID = summary.approvalID else { continue }
      let model = try await governed(approvalID, of: id)
      if model.standing(at: now).mayRun { return model }
      newest = newest ?? model
    }
    guard let newest else { throw Self.unapproved(id, isTrained: !known.isEmpty) }
    return newest
  }

  private static func unapproved(_ id: ModelID, isTrained: Bool) -> Failure {
    let message = isTrained ? "\(id) was never proposed for approval" : "governance-plane knows no model \(id)"
    return Failure(
      .refused, message,
      hint: isTrained ? "planectl propose \(id) -e ENV" : "planectl models lists what was ever trained",
      body: Refusal(.notFound, message).body)
  }

  /// By the clock that bounds the decisions.
  var now: Timestamp { session.clocks.now(atFirstOf: session.root.plane(.serving).map { [$0.id] } ?? []) }

  private func governed(_ approvalID: ApprovalID, of id: ModelID) async throws -> GovernedModel {
    let (_, _, proven) = try await ApprovalDirectory(session: session).verifiedApproval(approvalID)
    guard proven.held.predicate.modelID == id else {
      throw Failure.unverified("governance-plane listed \(approvalID) under \(id), and it is of another model")
    }
    var decisions: [VerifiedDecision] = []
    for environment in proven.held.predicate.environments {
      decisions.append(try await decision(on: proven.held.predicate, in: environment))
    }
    let evidence = await evidence(of: proven)
    do { return try GovernedModel(ApprovedModel(proven), decisions: decisions, evidence: evidence) } catch {
      throw Failure.unverified("serving-plane answered with another decision than was asked for: \(error)")
    }
  }

  /// The serving plane's own statement about these weights; of several scopes the first is asked about.
  private func decision(on approval: ModelApproval, in environment: EnvironmentName) async throws -> VerifiedDecision {
    let question = GateQuestion(
      modelID: approval.modelID, environment: environment, scope: approval.scopes?.first,
      approvalID: approval.approvalID, weightsHash: approval.weightsHash)
    let body = try await session.ask(
      .serving, .modelAuthorize, ModelAuthorize(question: question, attest: true).fields)
    guard let value = body["attestation"], !value.isNull else {
      throw Failure.unverified("serving-plane returned no signed statement")
    }
    let envelope = try UnverifiedEnvelope(json: value, maximumPayload: AttestationFormat.maximumPayload)
    let decision = try VerifiedDecision.verify(envelope, root: session.root)
    guard decision.environment == environment, decision.scope == question.scope,
      decision.requestedBy == session.principal.id
    else { throw Failure.unverified("serving-plane signed an answer to another question") }
    return decision
  }

  /// Nil, and a word on stderr, where governance's log cannot show the approval.
  private func evidence(of proven: ProvenApproval) async -> ApprovalEvidence? {
    do {
      let found = try await LogSearch(session: session, root: session.root).approval(proven.approval)
      return try found.first.map { try ApprovalEvidence($0, of: proven.held, root: session.root) }
    } catch {
      Console.message("without a proof from governance's log: \(shown(Failure(explaining: error).message))")
      return nil
    }
  }
}
