import Signing
import Wire

/// An approval in the form of the public `sm_governance` 0.2.0 (UPSTREAM.md section 1), for its software to read.
/// Nothing in this project trusts it.
package struct NandaRecord: Sendable {
  let approval: ModelApproval

  package init(_ approval: ModelApproval) { self.approval = approval }

  /// The 11 fields that upstream hashes, nulls emitted.
  package var signedFields: JSONObject {
    [
      "approval_id": approval.approvalID.json, "model_id": approval.modelID.json,
      "weights_hash": .string(approval.weightsHash.description), "approved_by": approval.approvedBy.json,
      "approved_at": .string(approval.approvedAt.attestationText),
      "expires_at": .string(approval.expiresAt.attestationText), "profile": approval.profile.json,
      "correlation_id": .init(approval.correlationID?.text),
      "approved_environments": .init(approval.environments.map(\.text)),
      "approved_scopes": approval.scopes.map { .init($0.map(\.text)) } ?? .null,
      "required_approvers": .init(approval.requiredApprovers),
    ]
  }

  /// What each approver also signs: the hash of the canonical form of `signedFields`.
  package var hash: NandaRecordHash { NandaRecordHash(canonicalJSON: NandaCanonicalJSON.encode(.object(signedFields))) }

  /// The package's 14-key approval. Upstream counts entries, so export one only when it is active, never before.
  ///
  /// - Parameter signatures: approver to hex signature over `hash`; the proposer's is also the record's `signature`.
  package func exported(status: String, signatures: [(PrincipalID, Signature)]) -> JSONObject {
    var object: JSONObject = [:]
    let own = signatures.first { $0.0 == approval.approvedBy }?.1.hex ?? ""
    for member in signedFields.members {
      object.append(member.key, member.value)
      if member.key == "correlation_id" {
        object.append("signature", .string(own))
        object.append("status", .string(status))
      }
    }
    var approvers: JSONObject = [:]
    for (approver, signature) in signatures { approvers.append(approver.text, .string(signature.hex)) }
    object.append("approver_signatures", .object(approvers))
    return object
  }
}
