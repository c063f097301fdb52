import Attestations
import Signing
import Wire

/// What the public `sm_governance` 0.2.0 tells other software of an approval: `{"governance": {…}}` (UPSTREAM.md section 1). Facts
/// for display; who decides asks for the approval and verifies it.
package struct GovernanceFacts: Sendable, Equatable {
  package static let key = "governance"

  package let approval: ModelApproval
  /// As governance lists it: `active`, `revoked` and so on.
  package let status: String
  package let hasQuorum: Bool

  package init(_ approval: ModelApproval, status: String, hasQuorum: Bool) {
    self.approval = approval
    self.status = status
    self.hasQuorum = hasQuorum
  }

  package var fields: JSONObject {
    [
      "approval_id": approval.approvalID.json, "model_id": approval.modelID.json,
      "weights_hash": .string(approval.weightsHash.description), "approved_by": approval.approvedBy.json,
      "approved_at": .string(approval.approvedAt.attestationText),
      "expires_at": .string(approval.expiresAt.attestationText), "status": .string(status),
      "profile": approval.profile.json, "has_quorum": .bool(hasQuorum),
      "approved_environments": .init(approval.environments.map(\.text)),
      "approved_scopes": approval.scopes.map { .init($0.map(\.text)) } ?? .null,
    ]
  }

  /// A document's own `governance` member, which any writer can put there: unverified, whatever it says.
  package static func extractUnverified(from document: JSONObject) -> JSONObject? { document[key]?.object }

  package var agentExtension: JSONObject { JSONObject(dictionaryLiteral: (Self.key, .object(fields))) }
}
