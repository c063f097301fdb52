import Attestations
import PlaneContract
import Signing
import Wire

/// What a proposer asks for. What is left out is taken from the policy of the trust root.
struct Proposal {
  static let defaultDays = 90
  static let defaultProfile = ProfileName(checked: "default")

  let environments: [EnvironmentName]
  let scopes: [ScopeName]?
  let timeToLive: TimeSpan?
  let requiredApprovers: Int?
  let profile: ProfileName

  /// The approval to sign. Judged here by the same rules as at the governance plane, so that nothing is signed in vain.
  ///
  /// - Throws: `Failure` that lists every rule it breaks.
  func approval(
    of training: VerifiedTrainingOutput, after previous: PreviousVersion?, by session: Session, now: Timestamp
  ) throws -> ModelApproval {
    let approval = draft(training, session, at: now.wholeSeconds)
    var problems = ApprovalRules.violations(approval, output: training, root: session.root, now: now)
    problems += ProfileRules(profile, of: training, after: previous, root: session.root).failures
    do { _ = try Statement<ModelApproval>.parse(Statement.payload(of: approval)) } catch { problems.append("\(error)") }
    guard problems.isEmpty else {
      let message =
        "an approval of \(approval.modelID) for \(environments.map(\.text).joined(separator: ", ")) would break the rules"
      let body = Refusal(.policyFailed, "\(message): \(problems.joined(separator: "; "))").body
      throw Failure(.refused, message, details: problems, body: body)
    }
    return approval
  }

  /// Who counts once the proposer has signed.
  func quorum(of training: VerifiedTrainingOutput, by session: Session) -> Quorum {
    Quorum(
      signers: [session.identity.signer.publicKey], excluding: training.output.submitterPerson, root: session.root)
  }

  private func draft(_ training: VerifiedTrainingOutput, _ session: Session, at now: Timestamp) -> ModelApproval {
    let policies = environments.compactMap { session.root.policy.environments[$0] }
    let days = policies.map(\.maxTTLDays).reduce(Self.defaultDays, min)
    let lifetime = timeToLive ?? TimeSpan(seconds: days * TimeSpan.secondsPerDay)
    return ModelApproval(
      approvalID: ApprovalID(checked: "approval:\(Random.hex(bytes: 8))"), modelID: training.output.modelID,
      weightsHash: training.output.weightsHash, approvedBy: session.principal.id, approvedAt: now,
      expiresAt: now.adding(seconds: lifetime.seconds), profile: profile,
      correlationID: training.output.result.correlationID, environments: environments, scopes: scopes,
      requiredApprovers: requiredApprovers ?? policies.map(\.requiredApprovers).reduce(1, max),
      trainingOutputDigest: training.digest, trustRootVersion: session.root.version)
  }
}
