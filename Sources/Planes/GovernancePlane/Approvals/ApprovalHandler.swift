import Daemon
import PlaneContract

/// `approval.propose`, `approval.sign` and `approval.reject`, each answered with where the approval then stands.
struct ApprovalHandler: Sendable {
  let proposals: ProposalService
  let signatures: SignatureService
  let rejections: RejectionService

  var routes: [Route] {
    [
      .change(.approvalPropose) { request in
        let body: ApprovalPropose = try request.decoded()
        return try await proposals.propose(body, request: request).fields
      },
      .change(.approvalSign) { request in
        let body: ApprovalSign = try request.decoded()
        return try await signatures.sign(body, request: request).fields
      },
      .change(.approvalReject) { request in
        let body: ApprovalReject = try request.decoded()
        return try await rejections.reject(body, request: request).fields
      },
    ]
  }
}
