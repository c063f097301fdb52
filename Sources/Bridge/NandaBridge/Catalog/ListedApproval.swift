import Attestations
import Signing
import Wire

/// Of an approval that was verified what the bridge keeps in mind: there may be ten thousand. The papers themselves are in `PaperStore`,
/// and are verified once more by whoever reads them.
package final class ListedApproval: Sendable {
  package let approvalID: ApprovalID
  package let modelID: ModelID
  package let weightsHash: Digest
  package let environments: [EnvironmentName]
  package let scopes: [ScopeName]?
  package let approvedAt: Timestamp
  package let expiresAt: Timestamp
  /// By which attestations name it.
  package let digest: Digest
  /// Whose signatures count, by name.
  package let approvers: [PrincipalID]

  init(_ held: HeldApproval) {
    let approval = held.predicate
    (approvalID, modelID, weightsHash) = (approval.approvalID, approval.modelID, approval.weightsHash)
    (environments, scopes) = (approval.environments, approval.scopes)
    (approvedAt, expiresAt) = (approval.approvedAt, approval.expiresAt)
    digest = held.digest
    approvers = held.quorum.approvers.values.map(\.id).sorted()
  }
}
