import Signing
import Wire

/// What an approval's fields must satisfy before anybody's second signature is worth asking for (DESIGN section 5, governance).
package enum ApprovalRules {
  /// Everything that is wrong with a proposal, in words; empty when nothing is.
  ///
  /// - Parameter isNew: false for one that was made before: how many it asks for may be fewer than the policy has come to ask for
  ///   since, because the greater of the two decides.
  package static func violations(
    _ approval: ModelApproval, output: VerifiedTrainingOutput, root: VerifiedTrustRoot, isNew: Bool = true,
    now: Timestamp
  ) -> [String] {
    fields(approval, matching: output) + policy(approval, root: root, isNew: isNew)
      + quorum(approval, excluding: output.output.submitterPerson, root: root) + time(approval, root: root, now: now)
  }

  /// The approval must be about exactly this training output.
  package static func fields(_ approval: ModelApproval, matching output: VerifiedTrainingOutput) -> [String] {
    var problems: [String] = []
    let result = output.output.result
    if approval.trainingOutputDigest != output.digest { problems.append("training_output_digest names another output") }
    if approval.modelID != result.modelID { problems.append("model_id is not the trained model's, \(result.modelID)") }
    if approval.weightsHash != result.weightsHash {
      problems.append("weights_hash is not what was trained, \(result.weightsHash)")
    }
    if let correlation = approval.correlationID, correlation != result.correlationID {
      problems.append("correlation_id is not the training output's, \(result.correlationID)")
    }
    return problems
  }

  static func policy(_ approval: ModelApproval, root: VerifiedTrustRoot, isNew: Bool = true) -> [String] {
    var problems: [String] = []
    for name in approval.environments {
      guard let environment = root.policy.environments[name] else {
        problems.append("approved_environments: the policy names no environment \(name)")
        continue
      }
      if isNew, approval.requiredApprovers < environment.requiredApprovers {
        problems.append("required_approvers: \(name) requires \(environment.requiredApprovers)")
      }
      if let problem = timeToLive(approval, environment) { problems.append("expires_at: \(problem) for \(name)") }
    }
    if root.policy.profiles[approval.profile] == nil {
      problems.append("profile: the policy names no profile \(approval.profile)")
    }
    return problems
  }

  /// The persons who could sign, the submitter's apart, must be enough: a proposal that asks for more could never be granted.
  static func quorum(_ approval: ModelApproval, excluding submitter: PersonID?, root: VerifiedTrustRoot) -> [String] {
    let persons = Set(root.root.principals.filter { $0.holds(.approver) }.compactMap(\.person))
    let count = persons.count { $0 != submitter }
    return approval.requiredApprovers <= count ? [] : ["required_approvers: only \(count) people can approve"]
  }

  static func time(_ approval: ModelApproval, root: VerifiedTrustRoot, now: Timestamp) -> [String] {
    var problems: [String] = []
    if !root.isLive(at: now) { problems.append("the trust root expired at \(root.root.expiresAt)") }
    if approval.trustRootVersion > root.version {
      problems.append("trust_root_version \(approval.trustRootVersion) is newer than the \(root.version) known here")
    }
    if approval.approvedAt > now { problems.append("approved_at is ahead of this plane's clock, \(now)") }
    if approval.approvedAt.adding(seconds: Message.clockSkewSeconds) < now {
      problems.append("approved_at is more than \(Message.clockSkewSeconds) s before now, \(now)")
    }
    return problems
  }

  /// Nil when the approval's life is at most what the environment allows.
  package static func timeToLive(_ approval: ModelApproval, _ environment: EnvironmentPolicy) -> String? {
    let latest = approval.approvedAt.adding(days: environment.maxTTLDays)
    return approval.expiresAt <= latest ? nil : "longer than the \(environment.maxTTLDays) days allowed"
  }
}
