import Attestations
import Drift
import FuzzProperties
import PlaneContract
import Signing
import Wire

/// The single papers, before they are signed or sent.
struct HousePapers {
  static let approvalID = "approval:0000000000000001"
  static let result = TrainingResult(
    modelID: ModelID(checked: "org/iris"), weightsHash: Digest(hashing: Array("weights".utf8)), weightsKind: .file,
    card: ["model_id": "org/iris"], metrics: ["accuracy": 1], correlationID: CorrelationID(checked: "run-1"),
    provenance: ["base_model": "none"], lineage: [["step": "train"]], reference: ["x": [1, 2]])
  static let question = GateQuestion(
    modelID: result.modelID, environment: EnvironmentName(checked: "staging"), scope: ScopeName(checked: "eu"),
    approvalID: ApprovalID(checked: approvalID), weightsHash: result.weightsHash)

  let house: FuzzHouse
  private var now: Timestamp { FuzzHouse.now }
  private var result: TrainingResult { Self.result }
  private var approvalID: ApprovalID { ApprovalID(checked: Self.approvalID) }

  func signed(_ predicate: some Predicate, by names: String...) throws -> UnverifiedEnvelope {
    try UnverifiedEnvelope(attesting: predicate, by: names.map { try house.key($0) })
  }

  func trainingOutput() throws -> UnverifiedEnvelope {
    let header = MessageHeader(
      id: MessageID(checked: "0123456789abcdef0123456789abcdef"), kind: MessageKind.trainingComplete.rawValue,
      from: PrincipalID(checked: "trainer"), to: PrincipalID(checked: "training-plane"), issuedAt: now,
      expiresAt: now.adding(seconds: 30))
    let message = Message(header, body: TrainingComplete(result: result).fields)
    let output = TrainingOutput(
      result: result, createdAt: now, submittedBy: message.from, submitterPerson: PersonID(checked: "tina"),
      submission: try message.signed(by: house.key("trainer")))
    return try signed(output, by: "training-plane")
  }

  func approval(of output: UnverifiedEnvelope) -> ModelApproval {
    ModelApproval(
      approvalID: approvalID, modelID: result.modelID, weightsHash: result.weightsHash,
      approvedBy: PrincipalID(checked: "alice"), approvedAt: now, expiresAt: now.adding(days: 30),
      profile: ProfileName(checked: "default"), correlationID: result.correlationID,
      environments: ["staging", "production"].map(EnvironmentName.init(checked:)), scopes: [ScopeName(checked: "eu")],
      requiredApprovers: 2, trainingOutputDigest: output.payloadDigest, trustRootVersion: 1)
  }

  var revocation: ModelRevocation {
    ModelRevocation(
      approvalID: approvalID, modelID: result.modelID, weightsHash: result.weightsHash,
      revokedBy: PrincipalID(checked: "bob"), reason: "leaked \"labels\"", revokedAt: now)
  }

  func rejection(of approval: UnverifiedEnvelope) -> ApprovalRejection {
    ApprovalRejection(
      subject: Subject(modelID: result.modelID, weightsHash: result.weightsHash), approvalID: approvalID,
      approvalDigest: approval.payloadDigest, rejectedBy: PrincipalID(checked: "bob"), reason: "no card",
      rejectedAt: now)
  }

  func record(promoted: Bool, _ approval: UnverifiedEnvelope) -> PromotionRecord {
    PromotionRecord(
      modelID: result.modelID, promoted: promoted, promotedAt: now, evidenceEntryID: "0123456789abcdef/serving-plane#7",
      message: "deployed", approvalID: approvalID, approvalDigest: approval.payloadDigest,
      environment: EnvironmentName(checked: "staging"), scope: ScopeName(checked: "eu"),
      weightsHash: result.weightsHash,
      deployedBy: PrincipalID(checked: "ci"))
  }

  /// A metric that is no number, and a series of each kind.
  func window() throws -> Observation {
    let text = """
      {"model_id":"org/iris","environment":"staging","window_start":"2026-11-22T11:59:00.000Z",
      "window_end":"2026-11-22T12:00:00.000Z","metrics":{"accuracy":0.5,"loss":null},"series":{"x":[1,2,null],
      "h":{"edges":[0,1,2.5],"counts":[3,4]},"c":{"counts":{"a":5,"b":6}}},"sampling":{"seed":7,"sizes":{"x":20}}}
      """
    return try Observation(StrictJSON.parse(Array(text.utf8)), "observation")
  }

  func observation(of window: Observation, under approval: UnverifiedEnvelope) throws -> ServingObservation {
    let header = MessageHeader(
      id: MessageID(checked: "0123456789abcdef0123456789abcdef"), kind: MessageKind.modelObserve.rawValue,
      from: PrincipalID(checked: "metrics"), to: PrincipalID(checked: "serving-plane"), issuedAt: now,
      expiresAt: now.adding(seconds: 30))
    let message = Message(header, body: ModelObserve(observation: window).fields)
    return ServingObservation(
      of: window, weightsHash: result.weightsHash, approvalID: approvalID, approvalDigest: approval.payloadDigest,
      observedBy: message.from, receivedAt: now, message: try message.signed(by: house.key("metrics")))
  }

  func driftCheck(of observation: UnverifiedEnvelope, against output: UnverifiedEnvelope) throws -> DriftCheck {
    let seen = try VerifiedObservation.verify(observation, root: house.root)
    let baseline = try VerifiedTrainingOutput.verify(output, root: house.root)
    return DriftCheck(
      of: seen, against: baseline.digest, result: DriftResult(seen, against: baseline),
      alarm: DriftAlarm(rule: WindowRule(drifted: 2, of: 3), drifted: 1, earlier: [Digest(hashing: [1])]),
      checkedAt: now)
  }

  func approvalSummary(of output: UnverifiedEnvelope) -> ApprovalSummary {
    ApprovalSummary(
      approvalID: approvalID, status: .active, modelID: result.modelID, weightsHash: result.weightsHash,
      trainingOutputDigest: output.payloadDigest, submittedBy: PrincipalID(checked: "trainer"), createdAt: now,
      environments: [EnvironmentName(checked: "staging")], approvers: [PrincipalID(checked: "alice")],
      requiredApprovers: 1, approvedAt: now, expiresAt: now.adding(days: 30))
  }

  func detail(_ approval: UnverifiedEnvelope, _ output: UnverifiedEnvelope, _ nanda: Signature) -> ApprovalDetail {
    ApprovalDetail(
      approvalID: approvalID, status: .active, approvers: [PrincipalID(checked: "alice")], requiredApprovers: 1,
      approval: approval, trainingOutput: output, nandaSignatures: [(PrincipalID(checked: "alice"), nanda)])
  }

  func deploymentSummary(_ approval: UnverifiedEnvelope) -> DeploymentSummary {
    DeploymentSummary(
      modelID: result.modelID, environment: EnvironmentName(checked: "staging"), scope: nil, approvalID: approvalID,
      approvalDigest: approval.payloadDigest, weightsHash: result.weightsHash, deployedBy: PrincipalID(checked: "ci"),
      deployedAt: now, state: .deployed, endedAt: nil, message: "deployed")
  }

  var status: PlaneStatus {
    PlaneStatus(
      plane: PrincipalID(checked: "serving-plane"), version: "0.1", startedAt: now, trustRootVersion: 1, health: "ok",
      counters: ["frames": 1])
  }
}
