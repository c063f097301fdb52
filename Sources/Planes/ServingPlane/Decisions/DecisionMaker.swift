import Attestations
import Daemon
import PlaneContract
import Signing
import Wire

/// Evaluates the gates with what this plane knows now, under the one root that its caller loaded. It never remembers a verdict.
struct DecisionMaker: Sendable {
  let context: PlaneContext
  let tombstones: TombstoneIndex
  let running: RunningModels
  let leases: CurrentLease

  /// All gates but `weights`, for the approval that answers the question.
  func choose(
    _ question: GateQuestion, from candidates: ApprovalCandidates, deployed: Digest?, root: VerifiedTrustRoot,
    now: Timestamp
  ) -> (candidate: ApprovalCandidate?, results: [GateResult]) {
    Selection.choose(from: candidates, gates: gates(question, root, running: deployed, now: now), deployed: deployed)
  }

  /// The same for one approval that was chosen before; nil: it is gone.
  func evaluate(
    _ candidate: ApprovalCandidate?, _ question: GateQuestion, root: VerifiedTrustRoot, now: Timestamp
  ) -> [GateResult] {
    gates(question, root, running: nil, now: now).evaluate(candidate)
  }

  func decision(
    _ question: GateQuestion, _ held: HeldApproval?, _ gates: [GateResult], for request: AdmittedRequest,
    root: VerifiedTrustRoot, now: Timestamp
  ) -> Decision {
    Decision(
      question: question, gates: gates, held: held, timeVerified: now, trustRootDigest: root.digest,
      requestedBy: request.sender.id, requestDigest: request.verified.digest,
      leaseBound: leaseBound(question.environment, root, now: now))
  }

  private func leaseBound(_ environment: EnvironmentName?, _ root: VerifiedTrustRoot, now: Timestamp) -> Timestamp? {
    guard let environment, let policy = root.policy.environments[environment] else { return nil }
    return leases.lease?.bound(in: policy, at: now)
  }

  private func gates(
    _ question: GateQuestion, _ root: VerifiedTrustRoot, running: Digest?, now: Timestamp
  ) -> Gates {
    let (lease, announcedRoot) = leases.standing
    return Gates(
      question: question,
      context: GateContext(
        root: root, now: now, highestTime: context.highestTime.value, lease: lease,
        announcedRoot: announcedRoot, running: running,
        tombstones: { [tombstones] in tombstones.concerning(weights: $0.weightsHash, approval: $0.approvalID) }))
  }
}
