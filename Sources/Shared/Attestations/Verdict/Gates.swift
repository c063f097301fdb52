import Signing
import Wire

/// What somebody wants to know or do.
package struct GateQuestion: Sendable {
  package let modelID: ModelID
  package let environment: EnvironmentName?
  package let scope: ScopeName?
  package let approvalID: ApprovalID?
  package let weightsHash: Digest?

  package init(
    modelID: ModelID, environment: EnvironmentName?, scope: ScopeName?, approvalID: ApprovalID? = nil,
    weightsHash: Digest? = nil
  ) {
    self.modelID = modelID
    self.environment = environment
    self.scope = scope
    self.approvalID = approvalID
    self.weightsHash = weightsHash
  }
}

/// What the gates know besides the approval: the world at one moment. `now` is read once per decision.
package struct GateContext: Sendable {
  package let root: VerifiedTrustRoot
  package let now: Timestamp
  /// The highest time this plane ever persisted.
  package let highestTime: Timestamp
  /// The newest lease that this plane has accepted.
  package let lease: HeldLease?
  /// Governance has signed a lease of this trust root, which is newer than the one here.
  package let announcedRoot: Int?
  /// The approval of what runs where the question is about; nil for a deploy. What runs goes on for a while where nothing new begins.
  package let running: Digest?
  /// Tombstones that may concern the approval: of its weights, or naming its id.
  package let tombstones: @Sendable (ModelApproval) -> [Tombstone]

  package init(
    root: VerifiedTrustRoot, now: Timestamp, highestTime: Timestamp, lease: HeldLease? = nil,
    announcedRoot: Int? = nil, running: Digest? = nil,
    tombstones: @escaping @Sendable (ModelApproval) -> [Tombstone]
  ) {
    self.root = root
    self.now = now
    self.highestTime = highestTime
    self.lease = lease
    self.announcedRoot = announcedRoot
    self.running = running
    self.tombstones = tombstones
  }
}

/// All gates but `weights`, which is judged last by whoever reads them. Pure: the same input gives the same verdict anywhere.
package struct Gates: Sendable {
  package static let clockToleranceSeconds = 30

  package let question: GateQuestion
  package let context: GateContext

  package init(question: GateQuestion, context: GateContext) {
    self.question = question
    self.context = context
  }

  package func evaluate(_ candidate: ApprovalCandidate?) -> [GateResult] {
    switch candidate?.held {
    case .success(let held): evaluate(held)
    case .failure(let fault): unanswered(known: [.fail(fault.gate, fault.reason)])
    case nil: unanswered(known: [.fail(.approval, unknown)])
    }
  }

  private func evaluate(_ held: HeldApproval) -> [GateResult] {
    [
      trust(held.predicate, runs: context.running == held.digest), approval(held),
      .pass(.training, "output, submission and digests agree"), quorum(held), validity(held.predicate),
      environment(held.predicate), scope(held.predicate), revocation(held),
      lease(runs: context.running == held.digest), clock(),
    ]
  }

  private var unknown: String {
    let subject =
      question.approvalID.map { "\($0), an approval of \(question.modelID)," } ?? "no approval of \(question.modelID)"
    return question.approvalID == nil ? "\(subject) is known here" : "\(subject) is not known here"
  }

  /// Without a sound approval the world can still be judged; what depends on the approval fails as not evaluated.
  private func unanswered(known: [GateResult]) -> [GateResult] {
    let independent = [trust(nil, runs: false), lease(runs: false), clock()] + known
    return Gate.allCases.filter { $0 != .weights }.map { gate in
      independent.first { $0.gate == gate } ?? .fail(gate, "not evaluated: there is no sound approval to judge")
    }
  }
}

// One function a gate.
extension Gates {
  private func trust(_ approval: ModelApproval?, runs: Bool) -> GateResult {
    guard (approval?.trustRootVersion ?? 1) <= context.root.version else {
      return .fail(
        .trust, "the approval was made under a newer trust root than the version \(context.root.version) here")
    }
    guard let problem = rootProblem else { return .pass(.trust, "trust root version \(context.root.version) is live") }
    return runs ? .pass(.trust, "\(problem); what runs goes on") : .fail(.trust, problem)
  }

  private var rootProblem: String? {
    if !context.root.isLive(at: context.now) { return "the trust root expired at \(context.root.root.expiresAt)" }
    guard let announced = context.announcedRoot, announced > context.root.version else { return nil }
    return "governance follows trust root version \(announced), this plane only version \(context.root.version)"
  }

  private func approval(_ held: HeldApproval) -> GateResult {
    let id = held.predicate.approvalID
    guard held.isSignedByGovernance else { return .fail(.approval, "\(id) is pending: governance has not signed it") }
    return .pass(.approval, "\(id) is signed by governance")
  }

  private func quorum(_ held: HeldApproval) -> GateResult {
    guard let policy = requestedPolicy else {
      return .fail(.quorum, "not evaluated: no environment of the policy was named")
    }
    if let problem = held.quorum.shortfall(policy, requiredByApproval: held.predicate.requiredApprovers) {
      return .fail(.quorum, problem)
    }
    return .pass(.quorum, "signed by \(held.quorum.names)")
  }

  private func validity(_ approval: ModelApproval) -> GateResult {
    guard approval.approvedAt <= context.now else { return .fail(.validity, "begins only at \(approval.approvedAt)") }
    guard context.now < approval.expiresAt else { return .fail(.validity, "expired at \(approval.expiresAt)") }
    if let policy = requestedPolicy, let problem = ApprovalRules.timeToLive(approval, policy) {
      return .fail(.validity, problem)
    }
    return .pass(.validity, "until \(approval.expiresAt)")
  }

  private func environment(_ approval: ModelApproval) -> GateResult {
    guard let environment = question.environment else { return .fail(.environment, "no environment was named") }
    guard requestedPolicy != nil else { return .fail(.environment, "the policy names no environment \(environment)") }
    guard approval.environments.contains(environment) else {
      let approved = approval.environments.map(\.text).joined(separator: ", ")
      return .fail(.environment, "not approved for \(environment), only for \(approved)")
    }
    return .pass(.environment, "approved for \(environment)")
  }

  private func scope(_ approval: ModelApproval) -> GateResult {
    guard let scopes = approval.scopes else { return .pass(.scope, "any scope is approved") }
    let approved = scopes.map(\.text).joined(separator: ", ")
    guard let scope = question.scope else { return .fail(.scope, "no scope was named, approved are \(approved)") }
    guard scopes.contains(scope) else { return .fail(.scope, "not approved for \(scope), only for \(approved)") }
    return .pass(.scope, "approved for \(scope)")
  }

  private func revocation(_ held: HeldApproval) -> GateResult {
    for tombstone in context.tombstones(held.predicate) {
      if let reason = tombstone.condemns(held.predicate, digest: held.digest) { return .fail(.revocation, reason) }
    }
    return .pass(.revocation, "not revoked")
  }

  private func lease(runs: Bool) -> GateResult {
    guard let policy = requestedPolicy else {
      return .fail(.lease, "not evaluated: no environment of the policy was named")
    }
    guard let seconds = policy.leaseSeconds else { return .pass(.lease, "no lease is asked for here") }
    guard let lease = context.lease else { return .fail(.lease, "this plane holds no lease of governance") }
    guard lease.predicate.wasIssued(by: context.now) else {
      return .fail(.lease, "the lease was issued at \(lease.predicate.issuedAt), ahead of this plane's clock")
    }
    let end = lease.end(leaseSeconds: seconds)
    let isByGovernance = lease.isSigned(under: context.root)
    if isByGovernance, context.now < end { return .pass(.lease, lease.liveReason) }
    // Accepted while its key was governance's: what it let begin has its grace also after that key was replaced.
    let problem =
      isByGovernance ? "governance's lease ended at \(end)" : "the lease is of a key that governance had before"
    let last = end.adding(seconds: policy.leaseGraceSeconds)
    guard runs, context.now < last else { return .fail(.lease, problem) }
    return .pass(.lease, "stale: \(problem); what runs is authorized until \(last)")
  }

  private func clock() -> GateResult {
    let behind = context.highestTime.seconds(since: context.now)
    guard behind <= Self.clockToleranceSeconds else {
      return .fail(.clock, "the clock is \(behind) s behind the latest time this plane has seen")
    }
    return .pass(.clock, "the clock has not gone back")
  }

  private var requestedPolicy: EnvironmentPolicy? {
    question.environment.flatMap { context.root.policy.environments[$0] }
  }
}
