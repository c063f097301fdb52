import Attestations
import Daemon
import PlaneContract
import Signing
import Wire

/// `model.authorize`: answered on the event loop when the model's approvals are at hand, signed, never written down.
struct AuthorizeHandler: Sendable {
  let context: PlaneContext
  let index: ApprovalIndex
  let decisions: DecisionMaker

  var route: Route {
    .query(.modelAuthorize) { request in
      let body: ModelAuthorize = try request.decoded()
      if let candidates = index.remembered(body.question.modelID, under: request.root) {
        return .now(try answer(body, candidates, request))
      }
      return .later {
        try answer(body, await index.candidates(of: body.question.modelID, under: request.root), request)
      }
    }
  }

  private func answer(
    _ body: ModelAuthorize, _ candidates: ApprovalCandidates, _ request: AdmittedRequest
  ) throws -> AuthorizeResult {
    let now = context.clock.now()
    let question = body.question
    let deployed = question.environment.flatMap {
      decisions.running[Place(modelID: question.modelID, environment: $0)]
    }
    let (candidate, results) = decisions.choose(
      question, from: candidates, deployed: deployed?.approvalDigest, root: request.root, now: now)
    let held = candidate?.verified
    let gates = results + [weights(question, held, deployed)]
    let decision = decisions.decision(question, held, gates, for: request, root: request.root, now: now)
    return AuthorizeResult(
      decision: decision, attestation: body.attest ? try decision.signed(by: context.signer) : nil)
  }

  /// A digest is compared with the approved one; without a digest only what this plane has deployed there passes.
  private func weights(_ question: GateQuestion, _ held: HeldApproval?, _ deployed: DeploymentRow?) -> GateResult {
    guard let held else { return .fail(.weights, "not evaluated: there is no sound approval to judge") }
    if let hash = question.weightsHash {
      guard hash == held.predicate.weightsHash else {
        return .fail(.weights, "the digest given is \(hash), approved is \(held.predicate.weightsHash)")
      }
      return .pass(.weights, "the digest given is the approved one")
    }
    guard deployed?.approvalDigest == held.digest else {
      return .fail(.weights, "not deployed here under this approval, and no weights digest was given")
    }
    return .pass(.weights, "deployed here from the approved bytes")
  }
}
