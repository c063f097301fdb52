import Attestations
import Signing
import Wire

/// What `model_approval_revoked` says, on every plane that takes revocations: the public NANDA package's fields first, then
/// what was revoked and what died.
package enum RevocationEvidence {
  /// Names of dead approvals in one entry, which has a bound; the plane's tables hold all.
  package static let maximumNamed = 200

  /// - Parameters:
  ///   - dead: the approvals that died by this revocation, oldest first.
  ///   - correlationID: of the newest that died, where one did and says it.
  ///   - receivedFrom: who brought the revocation here, who need not be the revoker.
  package static func data(
    _ revocation: ModelRevocation, dead: [ApprovalID], correlationID: CorrelationID?, receivedFrom: PrincipalID
  ) -> JSONObject {
    [
      "model_id": revocation.modelID.json, "revoked_by": revocation.revokedBy.json,
      "reason": .string(revocation.reason), "correlation_id": .init(correlationID?.text),
      "weights_hash": .string(revocation.weightsHash.description), "approval_id": .init(revocation.approvalID?.text),
      "received_from": receivedFrom.json, "approvals_revoked": .init(dead.count),
      "approvals": .init(dead.prefix(maximumNamed).map(\.text)),
    ]
  }

  /// Whether these are the approvals that the data of an entry says have died, as far as it names them.
  package static func names(_ dead: [ApprovalID], in data: JSONObject) -> Bool {
    let named = Set(data["approvals"]?.array?.compactMap(\.string) ?? [])
    return data["approvals_revoked"]?.int == dead.count && named.isSubset(of: dead.map(\.text))
  }
}
