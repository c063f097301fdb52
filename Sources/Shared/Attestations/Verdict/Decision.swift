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

  package init(
    question: GateQuestion, gates: [GateResult], held: HeldApproval?, timeVerified: Timestamp, trustRootDigest: Digest,
    requestedBy: PrincipalID, requestDigest: Digest
  ) {
    self.question = question
    self.gates = gates
    self.held = held
    self.timeVerified = timeVerified
    self.trustRootDigest = trustRootDigest
    self.requestedBy = requestedBy
    self.requestDigest = requestDigest
  }

  package var passed: Bool { gates.allPassed && gates.count == Gate.allCases.count && held != nil }

  /// At most 60 seconds, and never past the approval.
  package var validUntil: Timestamp {
    let limit = timeVerified.adding(seconds: Self.maximumLifeSeconds)
    return min(limit, held?.predicate.expiresAt ?? limit)
  }

  package var fields: JSONObject {
    [
      "verifier": ["id": .string(Self.verifierID)], "timeVerified": .string(timeVerified.attestationText),
      "resourceUri": .string("nanda-model:\(question.modelID)"),
      "policy": ["uri": "nanda-trust-root", "digest": ["sha256": .string(trustRootDigest.hex)]],
      "inputAttestations": .array(inputs), "verificationResult": passed ? "PASSED" : "FAILED", "verifiedLevels": [],
      "gates": .array(gates.map(\.json)), "environment": .init(question.environment?.text),
      "scope": .init(question.scope?.text), "approval_digest": .init(held?.digest.description),
      "requested_by": requestedBy.json, "request_digest": .string(requestDigest.description),
      "valid_until": .string(validUntil.attestationText),
    ]
  }

  private var inputs: [JSONValue] {
    guard let held else { return [] }
    return [held.digest, held.training.digest].map { digest in
      ["uri": .string("nanda-attestation:\(digest)"), "digest": ["sha256": .string(digest.hex)]]
    }
  }

  /// The decision as a statement to sign. Where no weights digest is known, the subject is the model's id by its hash.
  package func signed(by signer: any Signer) throws -> UnverifiedEnvelope {
    let digest: JSONValue
    if let weights = held?.predicate.weightsHash ?? question.weightsHash {
      digest = ["sha256": .string(weights.hex)]
    } else {
      digest = ["nanda-model-id": .string(Digest(hashing: Array(question.modelID.text.utf8)).hex)]
    }
    let statement: JSONObject = [
      "_type": .string(AttestationFormat.statementType),
      "subject": [["name": question.modelID.json, "digest": digest]],
      "predicateType": .string(Self.predicateType), "predicate": .object(fields),
    ]
    return try UnverifiedEnvelope(signing: statement.serialized(), as: .statement, by: [signer])
  }
}

extension GateResult {
  package var json: JSONValue { ["gate": .string(gate.rawValue), "passed": .bool(passed), "reason": .string(reason)] }
}
