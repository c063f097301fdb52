import Attestations
import Signing
import Wire

/// What the gates judge: papers that are genuine, and the root that was in force at the time asked about.
struct JudgedPapers {
  let root: VerifiedTrustRoot
  let approval: ModelApproval
  let candidate: ApprovalCandidate
  /// Nil where the check of them did not pass.
  let tombstones: [Tombstone]?
  /// Says up to when revocations were known; nil where there is none that is right.
  let lease: Lease?
  /// When governance wrote down that enough had signed, by its clock; nil where the evidence could not be read.
  let completedAt: Timestamp?
}

// The gates, by the same code by which the serving plane decides.
extension BundleVerifier {
  /// Those gates of a decision that have a check here, but for the lease and the weights.
  private static let shared: [(Gate, BundleCheck)] = [
    (.trust, .gateTrust), (.approval, .gateApproval), (.training, .gateTraining), (.quorum, .gateQuorum),
    (.validity, .gateValidity), (.environment, .gateEnvironment), (.scope, .gateScope),
    (.revocation, .gateRevocation),
  ]

  /// Takes the papers as they are being shown now. What was signed by somebody who has left the root counts nowhere here: no plane's
  /// own record says when it was accepted. The training output is judged by the version that the approvers signed.
  func candidate(_ approval: Attested<ModelApproval>, _ root: VerifiedTrustRoot) -> ApprovalCandidate {
    let acceptance = ApprovalAcceptance(rootVersion: approval.predicate.trustRootVersion, signatures: [:])
    let held: Result<HeldApproval, GateFault>
    do throws(GateFault) {
      held = .success(
        try ProvenApproval.verify(
          approval: bundle.approval, training: bundle.trainingOutput, root: root, accepted: acceptance
        ).held)
    } catch { held = .failure(error) }
    return ApprovalCandidate(
      approvalID: approval.predicate.approvalID, digest: approval.digest, approvedAt: approval.predicate.approvedAt,
      held: held)
  }

  func gates(_ papers: JudgedPapers) -> [BundleCheckResult] {
    let environments = question.environment.map { [$0] } ?? papers.approval.environments
    let verdicts = environments.map { ($0, evaluate(papers, $0)) }
    return Self.shared.map { gate, check in
      if gate == .revocation && papers.tombstones == nil || gate == .validity && papers.completedAt == nil {
        return BundleCheckResult(check, passed: nil, reason: "not checked: an earlier check failed")
      }
      let result = combined(
        verdicts.compactMap { name, results in results.first { $0.gate == gate }.map { (name, $0) } }, check, papers)
      return gate == .validity ? notBeforeCompleted(result, papers) : result
    }
  }

  /// Asked about a time in the past: before governance wrote down that enough had signed, nothing was allowed. Asked about now it does
  /// not matter when they signed, for here are their signatures.
  private func notBeforeCompleted(_ result: BundleCheckResult, _ papers: JudgedPapers) -> BundleCheckResult {
    guard case .at(let time) = question.moment, result.passed == true, let completedAt = papers.completedAt,
      time < completedAt
    else { return result }
    return BundleCheckResult(result.check, passed: false, reason: "enough had signed only at \(completedAt)")
  }

  private func evaluate(_ papers: JudgedPapers, _ environment: EnvironmentName) -> [GateResult] {
    let tombstones = papers.tombstones ?? []
    let gates = Gates(
      question: GateQuestion(modelID: papers.approval.modelID, environment: environment, scope: question.scope),
      context: GateContext(
        root: papers.root, now: question.time, highestTime: question.time, tombstones: { _ in inEffect(tombstones) }))
    return gates.evaluate(papers.candidate)
  }

  /// Asked about now, all; asked about a time, those that had been made by then.
  private func inEffect(_ tombstones: [Tombstone]) -> [Tombstone] {
    guard case .at(let time) = question.moment else { return tombstones }
    return tombstones.filter { $0.revocation.predicate.revokedAt <= time }
  }

  /// One result for all environments that were asked about: the first that fails, else what each says.
  private func combined(
    _ results: [(EnvironmentName, GateResult)], _ check: BundleCheck, _ papers: JudgedPapers
  ) -> BundleCheckResult {
    if case .failure(let fault) = papers.candidate.held, check != .gateTrust {
      guard fault.gate.rawValue == check.gateName else {
        return BundleCheckResult(check, passed: nil, reason: "not checked: an earlier check failed")
      }
      return BundleCheckResult(check, passed: false, reason: fault.reason)
    }
    if let (name, failed) = results.first(where: { !$0.1.passed }) {
      let prefix = results.count > 1 ? "\(name): " : ""
      return BundleCheckResult(check, passed: false, reason: prefix + failed.reason)
    }
    if check == .gateRevocation { return BundleCheckResult(check, passed: true, reason: notRevoked(papers.lease)) }
    let reasons = results.map(\.1.reason).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return BundleCheckResult(check, passed: true, reason: reasons.joined(separator: "; "))
  }

  /// Nobody knows of what was revoked after governance last said what it knew.
  private func notRevoked(_ lease: Lease?) -> String {
    guard let lease else { return "none of the revocations here is of it, and nobody says that these are all" }
    let latest = min(question.time, lease.issuedAt)
    return "not revoked as of \(latest), by what governance knew at \(lease.issuedAt)"
  }

  /// That governance was there and knew of no other revocation: by a lease that lives at the time, or was issued later and so speaks
  /// with hindsight. Gives until when its word holds.
  func gateLease(_ lease: Lease, _ roots: RootVersions) throws -> Passed<Timestamp> {
    let time = question.time
    if case .now = question.moment, !lease.wasIssued(by: time) {
      throw BundleFault("it was issued at \(lease.issuedAt), ahead of this clock, \(time)")
    }
    let root = roots.inForce(at: max(time, lease.issuedAt))
    guard let root, lease.trustRootVersion == root.version else {
      throw BundleFault(
        "it is of trust root version \(lease.trustRootVersion), but version \(root?.version ?? 0) was in force")
    }
    let end = question.maximumAge.map(lease.issuedAt.adding(seconds:)) ?? end(of: lease, under: root.root.policy)
    guard time < end else { throw BundleFault("governance's word of \(lease.issuedAt) held until \(end)") }
    return Passed(end, "governance's word of \(lease.issuedAt) holds until \(end)")
  }

  /// As a plane has it: no lease outlives what the policy gives it, whatever it says of itself. Else governance's key, once stolen, could
  /// sign one that hides every later revocation.
  private func end(of lease: Lease, under policy: Policy) -> Timestamp {
    let seconds = question.environment.flatMap { policy.environments[$0]?.leaseSeconds } ?? policy.leaseSeconds
    guard let seconds else { return lease.expiresAt }
    return min(lease.expiresAt, lease.issuedAt.adding(seconds: seconds))
  }

  func gateWeights(_ approval: ModelApproval, _ output: VerifiedTrainingOutput) throws -> Passed<Void> {
    guard let weights = question.weights else { return Passed((), "") }
    let kind = output.output.result.weightsKind
    guard weights.kind == kind else {
      throw BundleFault("what is there is a \(weights.kind.rawValue), approved is a \(kind.rawValue)")
    }
    guard weights.digest == approval.weightsHash else {
      throw BundleFault("the digest of what is there is \(weights.digest), approved is \(approval.weightsHash)")
    }
    return Passed((), "the approved bytes")
  }
}

extension BundleCheck {
  fileprivate var gateName: Substring { rawValue.dropFirst("gate_".count) }
}
