import Attestations
import Signing
import Wire

// What the members of a house sign. Every default is what would pass.
extension House {
  func result(
    model: ModelID? = nil, weights: Digest? = nil, card: JSONObject = [:], metrics: JSONObject = ["accuracy": 1]
  ) -> TrainingResult {
    TrainingResult(
      modelID: model ?? names.model, weightsHash: weights ?? names.weights, weightsKind: .file, card: card,
      metrics: metrics, correlationID: CorrelationID(checked: "run-1"))
  }

  /// The job's message to the training plane.
  func submission(
    of result: TrainingResult, from: String = "trainer", to: String = "training-plane",
    kind: String = SubmissionFormat.kind, signedBy signer: String? = nil, body: JSONObject? = nil
  ) throws -> UnverifiedEnvelope {
    let header = MessageHeader(
      id: .random(), kind: kind, from: PrincipalID(checked: from), to: PrincipalID(checked: to), issuedAt: Self.now,
      expiresAt: Self.now.adding(seconds: 30))
    let body = body ?? [SubmissionFormat.bodyField: .object(result.fields)]
    return try header.signed(carrying: body, by: Self.key(signer ?? from))
  }

  /// The training plane's attestation. `attested` is what it says where that differs from what was submitted.
  func trainingOutput(
    attested: TrainingResult? = nil, submission: UnverifiedEnvelope? = nil, submittedBy: String = "trainer",
    person: String? = "tess", createdAt: Timestamp = now, signedBy signer: String = "training-plane"
  ) throws -> UnverifiedEnvelope {
    let result = attested ?? self.result()
    let output = try TrainingOutput(
      result: result, createdAt: createdAt, submittedBy: PrincipalID(checked: submittedBy),
      submitterPerson: person.map(PersonID.init(checked:)), submission: submission ?? self.submission(of: result))
    return try UnverifiedEnvelope(attesting: output, by: [Self.key(signer)])
  }

  func approval(
    id: ApprovalID? = nil, of output: UnverifiedEnvelope, model: ModelID? = nil, weights: Digest? = nil,
    by approver: String = "alice", at moment: Timestamp = now, days: Int = 30,
    environments: [EnvironmentName]? = nil, scopes: [String]? = nil, required: Int = 2, rootVersion: Int = 1,
    profile: String = "default", correlation: String? = "run-1"
  ) -> ModelApproval {
    ModelApproval(
      approvalID: id ?? names.approval, modelID: model ?? names.model, weightsHash: weights ?? names.weights,
      approvedBy: PrincipalID(checked: approver), approvedAt: moment, expiresAt: moment.adding(days: days),
      profile: ProfileName(checked: profile), correlationID: correlation.map(CorrelationID.init(checked:)),
      environments: environments ?? [names.staging, names.production],
      scopes: scopes?.map(ScopeName.init(checked:)), requiredApprovers: required,
      trainingOutputDigest: output.payloadDigest, trustRootVersion: rootVersion)
  }

  static let quorumAndGovernance = ["alice", "bob", "governance-plane"]

  /// An approval as the serving plane holds it.
  func held(
    _ approval: ModelApproval, of output: UnverifiedEnvelope, signedBy signers: [String] = quorumAndGovernance
  ) throws -> HeldApproval {
    let envelope = try UnverifiedEnvelope(attesting: approval, by: Self.keys(signers))
    return try ProvenApproval.verify(approval: envelope, training: output, root: root).held
  }

  func held(signedBy signers: [String] = quorumAndGovernance) throws -> HeldApproval {
    let output = try trainingOutput()
    return try held(approval(of: output), of: output, signedBy: signers)
  }

  func revocation(
    approval: ApprovalID? = nil, weights: Digest? = nil, by revoker: String = "alice", at moment: Timestamp = now,
    signedBy signer: String? = nil
  ) throws -> UnverifiedEnvelope {
    let revocation = ModelRevocation(
      approvalID: approval, modelID: names.model, weightsHash: weights ?? names.weights,
      revokedBy: PrincipalID(checked: revoker), reason: "it lies", revokedAt: moment)
    return try UnverifiedEnvelope(attesting: revocation, by: [Self.key(signer ?? revoker)])
  }
}
