/// What happened, by name. The first group are the names of the public NANDA package, so that its readers find them.
package enum EvidenceEvent: String, Sendable, CaseIterable {
  case trainingCompleted = "training_completed"
  case modelApproved = "model_approved"
  case modelDeployment = "model_deployment"
  case modelApprovalRevoked = "model_approval_revoked"

  case trainingReceived = "training_received"
  case approvalProposed = "approval_proposed"
  case approvalSigned = "approval_signed"
  case approvalRejected = "approval_rejected"
  case approvalReceived = "approval_received"
  case deploymentIntended = "deployment_intended"
  case deploymentFailed = "deployment_failed"
  case undeploymentIntended = "undeployment_intended"
  case modelUndeployed = "model_undeployed"
  case requestRefused = "request_refused"
  case requestsRefusedAggregate = "requests_refused_aggregate"
  case outboxParked = "outbox_parked"
  case planeStarted = "plane_started"
  case trustRootAccepted = "trust_root_accepted"
}
