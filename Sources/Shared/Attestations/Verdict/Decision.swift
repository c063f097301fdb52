import Signing
import Wire

/// The answer to `model.authorize` and `model.deploy`, with the fields of a SLSA verification summary
/// (https://slsa.dev/verification_summary/v1) and every gate. Short-lived, and bound to who asked what: no bearer token.
package struct Decision: Sendable {
  package static let predicateType = "https://slsa.dev/verification_summary/v1"
  package static let verifierID = "https://projectnanda.org/model-governance/serving-plane"
  package static let maximumLifeSeconds = 60

  package let question: GateQuestion
  package let gates: [GateResult]
  package let held: HeldApproval?
  package let timeVerified: Timestamp
  package let trustRootDigest: Digest
  package let requestedBy: PrincipalID
  package let requestDigest: Digest
  /// Until when the lease bears it; nil where none is asked for.
  package let leaseBound: Timestamp?

  package init(
    question: GateQuestion, gates: [GateResult], held: HeldApproval?, timeVerified: Timestamp, trustRootDigest: Digest,
    requestedBy: PrincipalID, requestDigest: Digest, leaseBound: Timestamp? = nil
  ) {
    self.question = question
    self.gates = gates
    self.held = held
    self.timeVerified = timeVerified
    self.trustRootDigest = trustRootDigest
    self.requestedBy = requestedBy
    self.requestDigest = requestDigest
    self.leaseBound = leaseBound
  }

  package var passed: Bool { gates.allPassed && gates.count == Gate.allCases.count && held != nil }

  /// At most 60 seconds, and never past the approval or the lease.
  package var validUntil: Timestamp {
    let limit = timeVerified.adding(seconds: Self.maximumLifeSeconds)
    return min(limit, held?.predicate.expiresAt ?? limit, leaseBound ?? limit)
  }

  /// The decision as a statement to sign. Where no weights digest is known, the subject is the model's id by its hash.
  package func signed(by signer: any Signer) throws -> UnverifiedEnvelope {
    var writer = JSONWriter(capacity: 4096)
    writer.member("{\"_type\":", AttestationFormat.statementType)
    writer.member(",\"subject\":[{\"name\":", question.modelID.text)
    if let weights = held?.predicate.weightsHash ?? question.weightsHash {
      writer.member(",\"digest\":{\"sha256\":", hex: weights)
    } else {
      writer.member(",\"digest\":{\"nanda-model-id\":", hex: Digest(hashing: Array(question.modelID.text.utf8)))
    }
    writer.member("}}],\"predicateType\":", Self.predicateType)
    writer.raw(",\"predicate\":")
    write(to: &writer)
    writer.raw("}")
    return try UnverifiedEnvelope(signing: writer.bytes, as: .statement, by: [signer])
  }
}

// Written without a tree: every authorize carries one.
extension Decision: JSONWritable {
  package func write(to writer: inout JSONWriter) {
    writer.member("{\"verifier\":{\"id\":", Self.verifierID)
    writer.member("},\"timeVerified\":", timeVerified.attestationText)
    writer.member(",\"resourceUri\":", "nanda-model:\(question.modelID)")
    writer.member(",\"policy\":{\"uri\":\"nanda-trust-root\",\"digest\":{\"sha256\":", hex: trustRootDigest)
    writer.raw("}},\"inputAttestations\":[")
    if let held {
      writer.member("{\"uri\":\"nanda-attestation:model-approval\",\"digest\":{\"sha256\":", hex: held.digest)
      writer.member(
        "}},{\"uri\":\"nanda-attestation:training-output\",\"digest\":{\"sha256\":", hex: held.trainingDigest)
      writer.raw("}}")
    }
    writer.member("],\"verificationResult\":", passed ? "PASSED" : "FAILED")
    writer.raw(",\"verifiedLevels\":[],\"gates\":[")
    for (index, gate) in gates.enumerated() {
      if index > 0 { writer.raw(",") }
      gate.write(to: &writer)
    }
    writer.member("],\"environment\":", question.environment?.text)
    writer.member(",\"scope\":", question.scope?.text)
    writer.member(",\"approval_digest\":", held?.digest)
    writer.member(",\"requested_by\":", requestedBy.text)
    writer.member(",\"request_digest\":", requestDigest)
    writer.member(",\"valid_until\":", validUntil.attestationText)
    writer.raw("}")
  }
}

extension GateResult: JSONWritable {
  package func write(to writer: inout JSONWriter) {
    writer.member("{\"gate\":", gate.rawValue)
    writer.raw(passed ? ",\"passed\":true" : ",\"passed\":false")
    writer.member(",\"reason\":", reason)
    writer.raw("}")
  }
}
