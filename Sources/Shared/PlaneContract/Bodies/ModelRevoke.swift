import Attestations
import Wire

/// `model.revoke`.
package struct Revocation: Body {
  package let revocation: UnverifiedEnvelope

  package init(revocation: UnverifiedEnvelope) { self.revocation = revocation }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    revocation = try reader.envelope("revocation", maximumPayload: AttestationFormat.maximumPayload)
  }

  package var fields: JSONObject { ["revocation": revocation.json] }
}

/// The answer to `model.revoke`: which approvals held here died.
package struct RevocationReceipt: Body {
  package let approvals: [ApprovalID]

  package init(approvals: [ApprovalID]) { self.approvals = approvals }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    guard try reader.optionalBool("revoked") == true else { throw reader.failure("revoked", "is not true") }
    approvals = try reader.identifiers("approvals", maximum: 100_000)
  }

  package var fields: JSONObject { ["revoked": true, "approvals": .init(approvals.map(\.text))] }
}
