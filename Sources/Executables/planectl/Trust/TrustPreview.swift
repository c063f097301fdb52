import Attestations
import PlaneContract
import Signing
import Wire

/// What the planes would decide otherwise under the next trust root, evaluated here from what they show: approvals that would fall
/// short, and models that run under them.
struct TrustPreview {
  struct Denial: Sendable {
    let approvalID: ApprovalID
    let modelID: ModelID
    let environment: EnvironmentName
    let reason: String
  }

  let installed: VerifiedTrustRoot
  let next: VerifiedTrustRoot

  /// The environments for which the approval counts now and would not count any more.
  ///
  /// - Throws: what does not verify under the installed root.
  func denials(_ detail: ApprovalDetail) throws -> [Denial] {
    guard let envelope = detail.approval else { return [] }
    let approval = try Statement<ModelApproval>.parse(envelope.payload)
    let acceptance = acceptance(of: envelope, approval, detail.approvers)
    let now = try ProvenApproval.verify(
      approval: envelope, training: detail.trainingOutput, root: installed, accepted: acceptance)
    let then = Result { () throws(GateFault) in
      try ProvenApproval.verify(
        approval: envelope, training: detail.trainingOutput, root: next, accepted: acceptance)
    }
    return approval.environments.compactMap { environment in
      guard shortfall(now, environment, installed) == nil else { return nil }
      let reason: String?
      switch then {
      case .success(let proven): reason = shortfall(proven, environment, next)
      case .failure(let fault): reason = "\(fault)"
      }
      return reason.map {
        Denial(approvalID: approval.approvalID, modelID: approval.modelID, environment: environment, reason: $0)
      }
    }
  }

  /// What the planes have on record, as far as it can be told from here: whoever governance counts was accepted under some version
  /// from the proposal's on.
  private func acceptance(
    of envelope: UnverifiedEnvelope, _ approval: ModelApproval, _ counted: [PrincipalID]
  ) -> ApprovalAcceptance {
    let version = approval.trustRootVersion
    let verified = try? envelope.verified(as: .statement, by: installed.keysEver(of: .approver))
    let signatures = zip(verified?.signers ?? [], verified?.envelope.signatures ?? []).compactMap { key, signature in
      installed.owner(of: key).flatMap { counted.contains($0) ? (signature, version) : nil }
    }
    return ApprovalAcceptance(rootVersion: version, signatures: Dictionary(signatures, uniquingKeysWith: max))
  }

  private func shortfall(
    _ proven: ProvenApproval, _ environment: EnvironmentName, _ root: VerifiedTrustRoot
  ) -> String? {
    let approval = proven.held.predicate
    guard let policy = root.policy.environments[environment] else { return "the policy names no \(environment)" }
    return proven.held.quorum.shortfall(policy, requiredByApproval: approval.requiredApprovers)
      ?? ApprovalRules.timeToLive(approval, policy)
  }
}

extension TrustPreview.Denial {
  var body: JSONObject {
    [
      "approval_id": approvalID.json, "model_id": modelID.json, "environment": environment.json,
      "reason": .string(reason),
    ]
  }
}
