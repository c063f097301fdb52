import Attestations

/// Every message a plane answers (DESIGN section 1), by the word on the wire.
package enum MessageKind: String, Sendable, CaseIterable {
  case trainingComplete = "training.complete"
  case trainingPublish = "training.publish"
  case approvalPropose = "approval.propose"
  case approvalSign = "approval.sign"
  case approvalReject = "approval.reject"
  case approvalList = "approval.list"
  case approvalGet = "approval.get"
  case approvalPublish = "approval.publish"
  case modelList = "model.list"
  case modelGet = "model.get"
  case modelRevoke = "model.revoke"
  case revocationPublish = "revocation.publish"
  case revocationList = "revocation.list"
  case attestationGet = "attestation.get"
  case leasePublish = "lease.publish"
  case modelDeploy = "model.deploy"
  case modelUndeploy = "model.undeploy"
  case modelAuthorize = "model.authorize"
  case deploymentList = "deployment.list"
  case modelObserve = "model.observe"
  case observationPublish = "observation.publish"
  case driftGet = "drift.get"
  case checkpointPublish = "checkpoint.publish"
  case planeStatus = "plane.status"
  case ledgerGet = "ledger.get"

  /// Queries change nothing, live 60 seconds at most, and are guarded against replay in memory only.
  package var isQuery: Bool {
    switch self {
    case .approvalList, .approvalGet, .modelList, .modelGet, .driftGet, .revocationList, .attestationGet,
      .modelAuthorize, .deploymentList, .planeStatus, .ledgerGet:
      true
    default: false
    }
  }

  /// For what may let more run than before, the planes whose logs must be believed by the plane that does it, its own among them.
  /// Empty for everything else: what takes permission away, and leases, never wait.
  package var logsToBelieve: [Role] {
    switch self {
    case .trainingComplete: [.training]
    case .trainingPublish: [.training, .governance]
    case .approvalPropose, .approvalSign: [.governance]
    case .approvalPublish: [.training, .governance, .serving]
    case .modelDeploy: [.serving]
    default: []
    }
  }

  package var maximumLifetimeSeconds: Int { isQuery ? 60 : 300 }
  package var resultKind: String { rawValue + ".result" }

  /// What a client looks for in a reply that refuses.
  package static let errorKind = "error"
}
