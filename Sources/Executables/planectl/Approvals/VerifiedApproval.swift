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

  /// - Throws: `Failure`, status `unverified`, when a signature or a field does not hold.
  init(_ detail: ApprovalDetail, root: VerifiedTrustRoot) throws {
    self.detail = detail
    do {
      guard let envelope = detail.approval else {
        training = try VerifiedTrainingOutput.verify(detail.trainingOutput, root: root)
        proven = nil
        return
      }
      // What was proposed was trained under the root of then, or an earlier one.
      let version = try Statement<ModelApproval>.parse(envelope.payload).trustRootVersion
      let accepted = ApprovalAcceptance(rootVersion: version, signatures: [:])
      proven = try ProvenApproval.verify(
        approval: envelope, training: detail.trainingOutput, root: root, accepted: accepted)
      training = try VerifiedTrainingOutput.verify(detail.trainingOutput, root: root, acceptedUnder: version)
    } catch {
      throw Failure.unverified(
        "what governance-plane answered does not verify: \(error)",
        hint: "sign nothing, and tell those who run the planes")
    }
  }

  var held: HeldApproval? { proven?.held }

  /// Approvers whose signatures were verified here, each person once.
  var signers: [Principal] { held.map { $0.quorum.approvers.values.sorted { $0.id < $1.id } } ?? [] }
}

extension ApprovalDirectory {
  /// Fetches and verifies the approval that `text` names.
  func verifiedApproval(named text: String) async throws -> (
    Answer<ApprovalDetail>, VerifiedApproval, ProvenApproval
  ) {
    guard let id = try await approval(named: text).approvalID else { throw Failure.refused("\(text) is no approval") }
    let answer = try await get(ApprovalGet(approvalID: id))
    let verified = try VerifiedApproval(answer.value, root: session.root)
    guard let proven = verified.proven, proven.held.predicate.approvalID == id else {
      throw Failure.unverified("governance-plane answered with another approval than \(id)")
    }
    return (answer, verified, proven)
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
