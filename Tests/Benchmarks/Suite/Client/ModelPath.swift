import Attestations
import PlaneContract
import Signing
import Wire

/// The people of a home, who take models from submit to deploy. One thread's; it holds a connection to each socket.
final class ModelPath {
  static let environment = EnvironmentName(checked: "staging")

  private let root: VerifiedTrustRoot
  private let trainer: Caller
  private let proposer: Caller
  private let approver: Caller
  private let deployer: Caller

  var retries: Int { [trainer, proposer, approver, deployer].map(\.retries).reduce(0, +) }

  init(_ home: Home) throws {
    root = home.root
    trainer = try Caller("trainer", of: home)
    proposer = try Caller("alice", of: home)
    approver = try Caller("bob", of: home)
    deployer = try Caller("ci", of: home)
  }

  /// All of it. `handover` is called where the next plane must first hear of it from the one before.
  func walk(_ model: BenchModel, weights: String, handover: () -> Void) throws {
    let output = try submit(model)
    handover()
    let proposed = try propose(model, output: output)
    try approve(proposed)
    handover()
    try deploy(proposed, weights: weights)
  }

  /// All but the deployment; the serving plane has the approval when this returns.
  func approved(_ model: BenchModel, at home: Home) throws -> ProposedModel {
    let proposed = try propose(model, output: submit(model))
    try approve(proposed)
    try Delivery.wait(at: home)
    return proposed
  }

  /// Signed: the message. Returns the digest of the training output.
  func submit(_ model: BenchModel) throws -> Digest {
    let result = TrainingResult(
      modelID: model.id, weightsHash: model.weightsHash, weightsKind: .file,
      metrics: ["accuracy": .number(JSONNumber(94))], correlationID: CorrelationID(checked: "run-1"))
    let body = TrainingComplete(result: result).fields
    return try TrainingReceipt(trainer.ask(.trainingComplete, body, on: .submit, while: .overloaded)).digest
  }

  /// Signed: the approval in both forms and the message. Waits until governance has the training output.
  func propose(_ model: BenchModel, output: Digest) throws -> ProposedModel {
    let now = Timestamp.now()
    let approval = ModelApproval(
      approvalID: ApprovalID(checked: "approval:\(Random.hex(bytes: 8))"), modelID: model.id,
      weightsHash: model.weightsHash, approvedBy: proposer.name, approvedAt: now, expiresAt: now.adding(days: 30),
      profile: ProfileName(checked: "default"), correlationID: CorrelationID(checked: "run-1"),
      environments: [Self.environment], scopes: nil, requiredApprovers: 2, trainingOutputDigest: output,
      trustRootVersion: root.version)
    let envelope = try UnverifiedEnvelope(attesting: approval, by: [proposer.key])
    let body = ApprovalPropose(
      trainingOutputDigest: output, approval: envelope,
      nandaSignature: try proposer.key.sign(NandaRecord(approval).hash))
    _ = try proposer.ask(.approvalPropose, body.fields, on: .approve, while: .notFound)
    return ProposedModel(model: model, approval: approval, payload: envelope.payload)
  }

  /// Signed: the same approval in both forms and the message.
  func approve(_ proposed: ProposedModel) throws {
    let type = PayloadType.statement.rawValue
    let signature = try approver.key.sign(PreAuthenticationEncoding(payloadType: type, payload: proposed.payload))
    let body = ApprovalSign(
      approvalID: proposed.approval.approvalID, signature: EnvelopeSignature(signature, by: approver.key.publicKey),
      nandaSignature: try approver.key.sign(NandaRecord(proposed.approval).hash))
    let state = try ApprovalState(approver.ask(.approvalSign, body.fields, on: .approve, while: .overloaded))
    guard state.status == .active else { throw BenchError("\(state.approvalID) is \(state.status), not active") }
  }

  /// Signed: the message. Waits until serving has the approval.
  func deploy(_ proposed: ProposedModel, weights: String) throws {
    let body = ModelDeploy(
      modelID: proposed.model.id, environment: Self.environment, approvalID: proposed.approval.approvalID,
      weightsPath: weights)
    _ = try DeployReceipt(deployer.ask(.modelDeploy, body.fields, on: .deploy, while: .denied))
  }
}

/// One model of a benchmark: its number makes its name and its bytes.
struct BenchModel: Sendable {
  let id: ModelID
  let number: Int
  let weightsHash: Digest

  init(_ number: Int) { self.init(number, weightsHash: Digest(hashing: Self.weights(number))) }

  init(_ number: Int, weightsHash: Digest) {
    self.number = number
    self.weightsHash = weightsHash
    id = ModelID(checked: "bench/model-\(1_000_000 + number)")
  }

  /// 1 KiB that no other model has, where it was not made for other weights.
  var weights: [UInt8] { Self.weights(number) }

  private static func weights(_ number: Int) -> [UInt8] {
    (0..<128).flatMap { index in withUnsafeBytes(of: number &* 128 &+ index, Array.init) }
  }
}

/// A model with the approval that its proposer has signed.
struct ProposedModel: Sendable {
  let model: BenchModel
  let approval: ModelApproval
  let payload: [UInt8]

  /// What a deployer asks about it: whether exactly these bytes may run, under this approval.
  var question: GateQuestion {
    GateQuestion(
      modelID: model.id, environment: ModelPath.environment, scope: nil, approvalID: approval.approvalID,
      weightsHash: approval.weightsHash)
  }
}
