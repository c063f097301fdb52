import MerkleLog
import Attestations
import PlaneContract
import Signing
import Wire

// What the people and planes of a house sign.
extension TestHouse {
  /// A result of a training job. `weights` is a text whose digest stands for weights.
  package static func result(
    model: String = "iris", weights: String = "weights one", run: String = "run-1", card: JSONObject = [:],
    metrics: JSONObject = ["accuracy": .number(JSONNumber(0.94) ?? JSONNumber(0))], provenance: JSONObject? = nil
  ) -> TrainingResult {
    TrainingResult(
      modelID: ModelID(checked: model), weightsHash: Digest(hashing: Array(weights.utf8)), weightsKind: .file,
      card: card,
      metrics: metrics, correlationID: CorrelationID(checked: run), provenance: provenance)
  }

  /// The training plane's attestation of what `submitter` signed; `attested`, when given, is what it attests instead.
  package func trainingOutput(
    _ result: TrainingResult = TestHouse.result(), attested: TrainingResult? = nil, submitter: String = "trainer",
    signedBy plane: String = "training-plane", at time: Timestamp = TestHouse.epoch
  ) throws -> UnverifiedEnvelope {
    let sender = try principal(submitter)
    let message = try OutgoingRequest(
      .trainingComplete, body: TrainingComplete(result: result).fields, from: sender.id,
      to: PrincipalID(checked: "training-plane"), signer: key(submitter), now: time)
    let output = TrainingOutput(
      result: attested ?? result, createdAt: time, submittedBy: sender.id, submitterPerson: sender.person,
      submission: message.envelope)
    return try UnverifiedEnvelope(attesting: output, by: [key(plane)])
  }

  /// An approval of `output`, within the policy unless told otherwise.
  package static func approval(
    of output: UnverifiedEnvelope, _ result: TrainingResult = TestHouse.result(), by approver: String = "alice",
    id: String = "approval:0000000000000001", environments: [String] = ["staging"], required: Int = 1,
    at time: Timestamp = TestHouse.epoch, expiresAt: Timestamp? = nil, profile: String = "default",
    weightsHash: Digest? = nil
  ) -> ModelApproval {
    ModelApproval(
      approvalID: ApprovalID(checked: id), modelID: result.modelID, weightsHash: weightsHash ?? result.weightsHash,
      approvedBy: PrincipalID(checked: approver), approvedAt: time, expiresAt: expiresAt ?? time.adding(days: 30),
      profile: ProfileName(checked: profile), correlationID: result.correlationID,
      environments: environments.map(EnvironmentName.init(checked:)), scopes: nil, requiredApprovers: required,
      trainingOutputDigest: output.payloadDigest, trustRootVersion: 1)
  }

  /// The same approval with the signatures of all `signers`, in order.
  package func signed(_ approval: ModelApproval, by signers: [String]) throws -> UnverifiedEnvelope {
    try UnverifiedEnvelope(attesting: approval, by: signers.map { try key($0) })
  }

  package func revocation(
    of result: TrainingResult = TestHouse.result(), approvalID: String? = nil, by approver: String = "alice",
    signedBy signers: [String]? = nil, reason: String = "it misjudges setosa", at time: Timestamp = TestHouse.epoch
  ) throws -> UnverifiedEnvelope {
    let revocation = ModelRevocation(
      approvalID: approvalID.map(ApprovalID.init(checked:)), modelID: result.modelID, weightsHash: result.weightsHash,
      revokedBy: PrincipalID(checked: approver), reason: reason, revokedAt: time)
    return try UnverifiedEnvelope(attesting: revocation, by: (signers ?? [approver]).map { try key($0) })
  }

  /// A lease of governance over these revocations, of this house's root unless told otherwise.
  package func lease(
    over revocations: [UnverifiedEnvelope] = [], root: VerifiedTrustRoot? = nil, by signer: String = "governance-plane",
    at time: Timestamp = TestHouse.epoch, seconds: Int = 300, carrying training: VerifiedCheckpoint? = nil
  ) throws -> UnverifiedEnvelope {
    let lease = Lease(
      root: root ?? self.root, issuedAt: time, expiresAt: time.adding(seconds: seconds),
      revocations: RevocationChain(revocations.map(\.payloadDigest)), ledgerCheckpoint: training?.note)
    return try UnverifiedEnvelope(attesting: lease, by: [key(signer)])
  }

  /// Signs `payload` after one field of its predicate was set to `value`: what a careless or hostile client can send.
  package func forged(
    _ payload: [UInt8], setting key: String, to value: JSONValue, by signer: String
  ) throws -> UnverifiedEnvelope {
    guard let statement = try StrictJSON.parse(payload).object, let predicate = statement["predicate"]?.object else {
      throw Absent("predicate in the payload")
    }
    let forged = statement.setting("predicate", to: .object(predicate.setting(key, to: value)))
    return try UnverifiedEnvelope(signing: forged.serialized(), as: .statement, by: [self.key(signer)])
  }
}

extension JSONObject {
  /// The same members in the same order, one of them changed or added.
  package func setting(_ key: String, to value: JSONValue) -> JSONObject {
    var object: JSONObject = [:]
    for member in members where member.key != key { object.append(member.key, member.value) }
    object.append(key, value)
    return object
  }
}
