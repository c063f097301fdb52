import Signing
import Wire

/// Who counts among the signers of an approval: distinct persons, each through a key that the trust root gives an approver.
/// The submitter's person never counts.
package struct Quorum: Sendable {
  /// The approver through whom each person signed.
  package let approvers: [PersonID: Principal]
  /// Their persons' names in order, for reasons.
  package let names: String

  /// - Parameters:
  ///   - approval: whose signatures have been verified.
  ///   - acceptance: what the plane that counts wrote down of them; nil when it is being shown them now.
  ///   - submitter: who answers for the training run.
  package init(
    _ approval: VerifiedEnvelope, accepted acceptance: ApprovalAcceptance? = nil, excluding submitter: PersonID?,
    root: VerifiedTrustRoot
  ) {
    let signers = zip(approval.signers, approval.envelope.signatures).map { key, signature in
      (key, acceptance?.rootVersion(of: signature))
    }
    self.init(signers: signers, excluding: submitter, root: root)
  }

  /// - Parameter signers: keys whose signatures over the approval have been verified and are being shown now.
  package init(signers: [PublicKey], excluding submitter: PersonID?, root: VerifiedTrustRoot) {
    self.init(signers: signers.map { ($0, nil) }, excluding: submitter, root: root)
  }

  private init(
    signers: [(key: PublicKey, acceptedUnder: Int?)], excluding submitter: PersonID?, root: VerifiedTrustRoot
  ) {
    var approvers: [PersonID: Principal] = [:]
    for (key, version) in signers {
      guard let principal = root.holder(of: key), root.counts(principal, as: .approver, acceptedUnder: version),
        let person = principal.person, person != submitter
      else { continue }
      approvers[person] = approvers[person] ?? principal
    }
    self.approvers = approvers
    names = approvers.keys.sorted().map(\.text).joined(separator: ", ")
  }

  /// Of approvers who are taken to have signed.
  package init(_ approvers: [Principal]) {
    let persons = approvers.compactMap { approver in approver.person.map { ($0, approver) } }
    self.approvers = Dictionary(persons) { first, _ in first }
    names = self.approvers.keys.sorted().map(\.text).joined(separator: ", ")
  }

  package var count: Int { approvers.count }

  /// Nil when `environment` is satisfied, else what is missing. The greater of the two numbers is required.
  package func shortfall(_ environment: EnvironmentPolicy, requiredByApproval: Int) -> String? {
    let required = max(environment.requiredApprovers, requiredByApproval)
    guard count >= required else { return "\(count) of \(required) approvers have signed" }
    let groups = Set(approvers.values.flatMap(\.groups))
    let missing = environment.allOf.filter { !groups.contains($0) }
    return missing.isEmpty ? nil : "nobody of \(missing.map(\.text).joined(separator: ", ")) has signed"
  }

  /// The number of persons that all of `environments` together require, at least the approval's own.
  package static func required(_ approval: ModelApproval, policy: Policy) -> Int {
    approval.environments.compactMap { policy.environments[$0]?.requiredApprovers }.reduce(
      approval.requiredApprovers, max)
  }

  /// Nil when every environment that the approval names is satisfied.
  package func shortfall(_ approval: ModelApproval, policy: Policy) -> String? {
    for name in approval.environments {
      guard let environment = policy.environments[name] else { return "the policy names no environment \(name)" }
      if let problem = shortfall(environment, requiredByApproval: approval.requiredApprovers) {
        return "\(name): \(problem)"
      }
    }
    return nil
  }
}
