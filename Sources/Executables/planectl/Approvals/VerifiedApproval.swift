import Attestations
import PlaneContract
import Signing
import Wire

/// What governance says about an approval or an output, checked here against the trust root and with nobody's help.
struct VerifiedApproval: Sendable {
  let detail: ApprovalDetail
  let training: VerifiedTrainingOutput
  /// Nil for an output that nobody has proposed.
  let proven: ProvenApproval?
  /// Approvers who signed it and are retired now. Their signatures count only where a plane took them before, which governance may
  /// say and nobody else can check, so they do not count here.
  let retiredSigners: [Principal]

  /// - Throws: `Failure`, status `unverified`, when a signature or a field does not hold.
  init(_ detail: ApprovalDetail, root: VerifiedTrustRoot) throws {
    self.detail = detail
    do {
      // What was proposed was trained under the root of then, or an earlier one.
      let version = try detail.approval.map { try Statement<ModelApproval>.parse($0.payload).trustRootVersion }
      let accepted = version.map { ApprovalAcceptance(rootVersion: $0, signatures: [:]) }
      training = try VerifiedTrainingOutput.verify(detail.trainingOutput, root: root, acceptedUnder: version)
      proven = try detail.approval.map { envelope in
        try ProvenApproval.verify(
          approval: envelope, training: detail.trainingOutput, root: root, accepted: accepted)
      }
    } catch {
      throw Failure.unverified(
        "what governance-plane answered does not verify: \(error)",
        hint: Self.alarm)
    }
    retiredSigners = Self.retired(among: detail.approval, root)
    try checkClaims(root)
  }

  private static func retired(among envelope: UnverifiedEnvelope?, _ root: VerifiedTrustRoot) -> [Principal] {
    let retired = root.root.principals.filter { $0.retiredAt != nil && $0.roles.contains(.approver) }
    let signers = (try? envelope?.verified(as: .statement, by: retired.flatMap(\.keys)))?.signers ?? []
    return retired.filter { principal in signers.contains(where: principal.keys.contains) }
  }

  private static let alarm = "sign nothing, and tell those who run the planes"

  /// What governance says of its own answer must follow from what was verified: the name it goes by, and that it is active.
  private func checkClaims(_ root: VerifiedTrustRoot) throws {
    guard detail.approvalID == held?.predicate.approvalID else {
      throw Failure.unverified("governance-plane answered with an approval under another's id", hint: Self.alarm)
    }
    guard detail.status == .active else { return }
    let id = detail.approvalID?.text ?? "an output that nobody has proposed"
    guard let held, held.isSignedByGovernance else {
      throw Failure.unverified("governance-plane calls \(id) active and has not signed it", hint: Self.alarm)
    }
    if retiredSigners.isEmpty, let problem = held.quorum.shortfall(held.predicate, policy: root.policy) {
      throw Failure.unverified(
        "governance-plane calls \(id) active, but \(problem) (by trust root version \(root.version))",
        hint: Self.alarm)
    }
  }

  var held: HeldApproval? { proven?.held }

  /// Of an output that nobody has proposed nobody has signed an approval.
  func quorum(_ root: VerifiedTrustRoot) -> Quorum {
    held?.quorum ?? Quorum(signers: [], excluding: training.output.submitterPerson, root: root)
  }

  /// Approvers whose signatures were verified here, each person once.
  var signers: [Principal] { held.map { $0.quorum.approvers.values.sorted { $0.id < $1.id } } ?? [] }
}

extension ApprovalDirectory {
  /// Fetches and verifies the approval that `text` names.
  func verifiedApproval(named text: String) async throws -> (
    Answer<ApprovalDetail>, VerifiedApproval, ProvenApproval
  ) {
    guard let id = try await approval(named: text).approvalID else { throw Failure.refused("\(text) is no approval") }
    return try await verifiedApproval(id)
  }

  /// Fetches and verifies the approval with exactly this id.
  func verifiedApproval(_ id: ApprovalID) async throws -> (Answer<ApprovalDetail>, VerifiedApproval, ProvenApproval) {
    let answer = try await get(ApprovalGet(approvalID: id))
    let verified = try VerifiedApproval(answer.value, root: session.root)
    guard let proven = verified.proven, proven.held.predicate.approvalID == id else {
      throw Failure.unverified("governance-plane answered with another approval than \(id)")
    }
    return (answer, verified, proven)
  }

  /// What is read before `verified` is signed, or shown: with the version that is approved now beside it.
  func review(_ verified: VerifiedApproval) async throws -> ApprovalReview {
    let approval = verified.held?.predicate
    return ApprovalReview(
      training: verified.training, approval: approval, payload: verified.held?.digest,
      quorum: verified.quorum(session.root), retiredSigners: verified.retiredSigners,
      status: verified.detail.status,
      previous: try await PreviousVersion.find(
        of: verified.training.output.modelID, besides: approval?.approvalID, in: self), root: session.root)
  }

  /// Fetches and verifies the training output with exactly this digest.
  func verifiedOutput(_ digest: Digest) async throws -> (Answer<ApprovalDetail>, VerifiedApproval) {
    let answer = try await get(ApprovalGet(trainingOutputDigest: digest))
    let verified = try VerifiedApproval(answer.value, root: session.root)
    guard verified.training.digest == digest else {
      throw Failure.unverified("governance-plane answered with another training output than \(digest)")
    }
    return (answer, verified)
  }
}
