import Signing
import Wire

/// An approval and its training output as the serving plane holds them, every signature verified by itself. Shared, not copied: the
/// decisions of many requests refer to one.
package final class HeldApproval: Sendable {
  package let approval: Attested<ModelApproval>
  package let training: VerifiedTrainingOutput
  package let quorum: Quorum
  /// False while the approval is pending: held and shown, never deployable.
  package let isSignedByGovernance: Bool

  private init(
    approval: Attested<ModelApproval>, training: VerifiedTrainingOutput, quorum: Quorum, isSignedByGovernance: Bool
  ) {
    self.approval = approval
    self.training = training
    self.quorum = quorum
    self.isSignedByGovernance = isSignedByGovernance
  }

  package var predicate: ModelApproval { approval.predicate }
  package var digest: Digest { approval.digest }

  /// - Throws: `GateFault`, which names the gate that cannot pass.
  package static func verify(
    approval envelope: UnverifiedEnvelope, training trainingEnvelope: UnverifiedEnvelope, root: VerifiedTrustRoot
  ) throws(GateFault) -> HeldApproval {
    let approval: Attested<ModelApproval>
    do { approval = try envelope.attested(by: root.keys(of: .approver) + root.keys(of: .governance)) } catch {
      throw GateFault(gate: .approval, reason: "\(error)")
    }
    guard approval.signers.contains(where: { root.holder(of: $0)?.id == approval.predicate.approvedBy }) else {
      throw GateFault(gate: .approval, reason: "approved_by \(approval.predicate.approvedBy) did not sign it")
    }
    let training: VerifiedTrainingOutput
    do { training = try VerifiedTrainingOutput.verify(trainingEnvelope, root: root) } catch {
      throw GateFault(gate: .training, reason: "\(error)")
    }
    if let problem = ApprovalRules.fields(approval.predicate, matching: training).first {
      throw GateFault(gate: .training, reason: problem)
    }
    let quorum = Quorum(signers: approval.signers, excluding: training.output.submitterPerson, root: root)
    let isSigned = approval.signers.contains { root.keys(of: .governance).contains($0) }
    return HeldApproval(approval: approval, training: training, quorum: quorum, isSignedByGovernance: isSigned)
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
