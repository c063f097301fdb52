import Signing
import Wire

/// An approval and its training output with everything that proves them, every signature verified here: what a plane stores, and
/// what a person reads before signing.
package struct ProvenApproval: Sendable {
  package let approval: Attested<ModelApproval>
  package let training: VerifiedTrainingOutput
  /// What the gates ask for.
  package let held: HeldApproval
  /// Under which it was verified.
  package let root: VerifiedTrustRoot

  /// - Parameter acceptance: what the caller wrote down when it took this approval; nil for one that it is being shown now.
  /// - Throws: `GateFault`, which names the gate that cannot pass.
  package static func verify(
    approval envelope: UnverifiedEnvelope, training trainingEnvelope: UnverifiedEnvelope, root: VerifiedTrustRoot,
    accepted acceptance: ApprovalAcceptance? = nil
  ) throws(GateFault) -> ProvenApproval {
    let approval: Attested<ModelApproval>
    // Whoever was an approver once proves that they proposed it; whose signature counts is the quorum's to say.
    do { approval = try envelope.attested(by: root.keysEver(of: .approver) + root.keys(of: .governance)) } catch {
      throw GateFault(gate: .approval, reason: "\(error)")
    }
    guard approval.signers.contains(where: { root.owner(of: $0) == approval.predicate.approvedBy }) else {
      throw GateFault(gate: .approval, reason: "approved_by \(approval.predicate.approvedBy) did not sign it")
    }
    let training: VerifiedTrainingOutput
    do {
      training = try VerifiedTrainingOutput.verify(trainingEnvelope, root: root, acceptedUnder: acceptance?.rootVersion)
    } catch { throw GateFault(gate: .training, reason: "\(error)") }
    if let problem = ApprovalRules.fields(approval.predicate, matching: training).first {
      throw GateFault(gate: .training, reason: problem)
    }
    return ProvenApproval(
      approval: approval, training: training,
      held: HeldApproval(approval, of: training, accepted: acceptance, root: root), root: root)
  }

  /// The signatures that may be accepted now: of approvers who are not retired, and of governance.
  package var acceptable: [EnvelopeSignature] {
    zip(approval.signers, approval.envelope.signatures).compactMap { key, signature in
      guard let holder = root.holder(of: key), holder.holds(.approver) || holder.holds(.governance) else { return nil }
      return signature
    }
  }
}

/// A gate that cannot pass because what it judges does not hold together.
package struct GateFault: Error, Sendable, CustomStringConvertible {
  package let gate: Gate
  package let reason: String
  package var description: String { "\(gate.rawValue): \(reason)" }

  package init(gate: Gate, reason: String) {
    self.gate = gate
    self.reason = reason
  }
}
