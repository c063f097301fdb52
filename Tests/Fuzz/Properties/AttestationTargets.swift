import Attestations
import Drift
import Signing
import Wire

extension FuzzTarget {
  /// Inputs: the payload of a statement. One target for each predicate.
  static let attestations: [FuzzTarget] = [
    attestation(TrainingOutput.self) { output in
      try promise(output.submission.payload.count <= TrainingOutput.maximumSubmission, "a submission keeps its bound")
      try promise(output.result.metrics.members.allSatisfy { $0.value.double?.isFinite == true }, "metrics are finite")
      try IdentifierRules.check(output.submittedBy)
      try IdentifierRules.check(output.result.correlationID)
    },
    attestation(ModelApproval.self) { approval in
      try promise((1...15).contains(approval.requiredApprovers), "1 to 15 approvers are required")
      try promise(approval.expiresAt > approval.approvedAt, "an approval ends after it began")
      try promise(!approval.environments.isEmpty && approval.scopes?.isEmpty != true, "an approval is for something")
      try promise(Set(approval.environments).count == approval.environments.count, "no environment stands twice")
      for environment in approval.environments { try IdentifierRules.check(environment) }
      for scope in approval.scopes ?? [] { try IdentifierRules.check(scope) }
      try IdentifierRules.check(approval.approvalID)
      try IdentifierRules.check(approval.approvedBy)
    },
    attestation(ApprovalRejection.self) { rejection in
      try promise((1...2000).contains(rejection.reason.utf8.count), "a rejection has a reason")
      try IdentifierRules.check(rejection.rejectedBy)
    },
    attestation(ModelRevocation.self) { revocation in
      try promise((1...2000).contains(revocation.reason.utf8.count), "a revocation has a reason")
      try IdentifierRules.check(revocation.revokedBy)
    },
    attestation(PromotionResult.self) { try promise($0.record.promoted, "a promotion promoted") },
    attestation(Lease.self) { lease in
      try promise(lease.expiresAt > lease.issuedAt, "a lease ends after it began")
      try promise(lease.revocationCount >= 0 && lease.trustRootVersion >= 1, "a lease counts from nothing up")
    },
    attestation(Undeployment.self) { try promise(!$0.record.promoted, "an undeployment did not promote") },
    attestation(ServingObservation.self) { observation in
      try promise(
        observation.message.payload.count <= ServingObservation.maximumMessage, "a monitor's message keeps its bound")
      try IdentifierRules.check(observation.observedBy)
      try IdentifierRules.check(observation.environment)
      try IdentifierRules.check(observation.approvalID)
    },
    attestation(DriftCheck.self) { check in
      try promise((0...1).contains(check.result.severity), "a severity is from 0 to 1")
      try promise((0...1).contains(check.result.confidence), "a confidence is from 0 to 1")
      try promise(check.result.isDrifted == (check.result.outcome == .drifted), "drifted means drifted")
      try promise(check.alarm.drifted <= check.alarm.earlier.count + 1, "an alarm counts windows that it names")
      try promise(check.alarm.drifted <= check.alarm.rule.of, "an alarm counts no more than its rule")
      try promise(check.result.agrees(with: check.result), "a check agrees with itself")
      try IdentifierRules.check(check.monitor)
      try IdentifierRules.check(check.environment)
    },
  ]

  private static func attestation<P: Predicate>(
    _ type: P.Type, _ rules: @escaping @Sendable (P) throws -> Void
  ) -> FuzzTarget {
    FuzzTarget(P.name) { payload in
      guard let predicate = try? Statement<P>.parse(payload) else { return false }
      try AttestationRules.check(predicate, of: payload)
      try rules(predicate)
      return true
    }
  }
}

private enum AttestationRules {
  static func check<P: Predicate>(_ predicate: P, of payload: [UInt8]) throws {
    try IdentifierRules.check(predicate.subject.modelID)
    let text = Statement.payload(of: predicate)
    let again = try Statement<P>.parse(text)
    try promise(again.fields == predicate.fields, "a \(P.name) is written so that it reads the same")
    try promise(again.subject == predicate.subject, "the subject is the predicate's")
    try promise(Statement.payload(of: again) == text, "one predicate has one text")
    try checkSigning(predicate, of: payload)
    try promise(kinds(that: payload) == [P.name], "a \(P.name) is never taken for another attestation")
  }

  private static func checkSigning<P: Predicate>(_ predicate: P, of payload: [UInt8]) throws {
    let house = try FuzzHouse.only.get()
    let key = try house.key("alice")
    let envelope = try UnverifiedEnvelope(signing: payload, as: .statement, by: [key])
    let attested = try envelope.attested(P.self, by: [key.publicKey])
    try promise(attested.predicate.fields == predicate.fields, "what is attested is what was verified")
    try promise(attested.digest == Digest(hashing: payload), "the digest is of the bytes as they stood")
    let other = try house.key("bob").publicKey
    try promise((try? envelope.attested(P.self, by: [other])) == nil, "another key attests nothing")
  }

  private static func kinds(that payload: [UInt8]) -> [String] {
    func name<P: Predicate>(_ type: P.Type) -> String? { (try? Statement<P>.parse(payload)) == nil ? nil : P.name }
    return [
      name(TrainingOutput.self), name(ModelApproval.self), name(ApprovalRejection.self), name(ModelRevocation.self),
      name(PromotionResult.self), name(Undeployment.self), name(Lease.self), name(ServingObservation.self),
      name(DriftCheck.self),
    ].compactMap(\.self)
  }
}
