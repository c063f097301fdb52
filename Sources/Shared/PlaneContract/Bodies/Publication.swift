import Attestations
import Signing
import Wire

// What planes hand each other, store-and-forward. The receiver answers with the payload's digest.

/// `training.publish` and `observation.publish`.
package struct TrainingPublication: Body {
  package let attestation: UnverifiedEnvelope

  package init(attestation: UnverifiedEnvelope) { self.attestation = attestation }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    attestation = try reader.envelope("attestation", maximumPayload: AttestationFormat.maximumPayload)
  }

  package var fields: JSONObject { ["attestation": attestation.json] }
}

/// `approval.publish`: the approval with the signatures it has so far, and the training output it is about.
package struct ApprovalPublication: Body {
  package let approval: UnverifiedEnvelope
  package let trainingOutput: UnverifiedEnvelope

  package init(approval: UnverifiedEnvelope, trainingOutput: UnverifiedEnvelope) {
    self.approval = approval
    self.trainingOutput = trainingOutput
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    approval = try reader.envelope("approval", maximumPayload: AttestationFormat.maximumPayload)
    trainingOutput = try reader.envelope("training_output", maximumPayload: AttestationFormat.maximumPayload)
  }

  package var fields: JSONObject { ["approval": approval.json, "training_output": trainingOutput.json] }
}

/// `revocation.publish`, and the request of `model.revoke`.
package struct Revocation: Body {
  package let revocation: UnverifiedEnvelope

  package init(revocation: UnverifiedEnvelope) { self.revocation = revocation }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    revocation = try reader.envelope("revocation", maximumPayload: AttestationFormat.maximumPayload)
  }

  package var fields: JSONObject { ["revocation": revocation.json] }
}

/// `revocation.publish`: a revocation that one plane passes on to the other.
package struct RevocationPublication: Body {
  package let revocation: UnverifiedEnvelope
  /// From governance, of what it revokes by itself: the `serving-observation` that its drift check judged, by which serving sees that
  /// drift may revoke there.
  package let observation: UnverifiedEnvelope?

  package init(revocation: UnverifiedEnvelope, observation: UnverifiedEnvelope? = nil) {
    self.revocation = revocation
    self.observation = observation
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    let maximum = AttestationFormat.maximumPayload
    revocation = try reader.envelope("revocation", maximumPayload: maximum)
    observation = try reader.optionalEnvelope("observation", maximumPayload: maximum)
  }

  package var fields: JSONObject { ["revocation": revocation.json, "observation": observation?.json ?? .null] }
}

/// The answer to every publication: what was accepted, by its payload digest.
package struct Acceptance: Body {
  package let digest: Digest

  package init(digest: Digest) { self.digest = digest }
  package init(_ reader: inout ObjectReader) throws(FieldError) { digest = try reader.digest("digest") }
  package var fields: JSONObject { ["digest": .string(digest.description)] }
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
