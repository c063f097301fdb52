import Attestations
import Bundles
import MerkleLog
import Signing
import Wire

/// The papers of a bundle, open to change before they are written.
struct Papers {
  var roots: [UnverifiedEnvelope]
  var output: UnverifiedEnvelope
  var approval: UnverifiedEnvelope
  var promotion: UnverifiedEnvelope?
  var lease: UnverifiedEnvelope?
  var revocations: [UnverifiedEnvelope]
  var evidence: [BundledEvidence]
  let logs: PlayedLogs

  /// Trained, approved, deployed, and written down by all three planes.
  init(_ plan: PaperPlan) throws {
    roots = plan.roots
    output = try plan.trainingOutput()
    approval = try plan.approval(of: output)
    revocations = try plan.revocations.map { try $0.envelope() }.sorted { $0.payloadDigest < $1.payloadDigest }
    lease = try plan.lease(over: revocations)
    var logs = PlayedLogs(rootDigest: plan.roots[0].payloadDigest)
    let intent = logs.intend(output, approval)
    promotion = try plan.promotion(of: approval, intent: intent)
    logs.deploy(promotion?.payloadDigest, revocations)
    self.logs = logs
    evidence = try logs.evidence()
  }

  var bytes: [UInt8] { bundle.serialized }

  var bundle: UnverifiedBundle {
    UnverifiedBundle(
      trustRoots: roots, trainingOutput: output, approval: approval, promotion: promotion, lease: lease,
      revocations: revocations, evidence: evidence, exportedAt: PaperPlan.exported)
  }

  /// Without the deployment.
  mutating func undeploy() {
    promotion = nil
    evidence.removeAll { $0.origin == logs.serving.origin }
  }
}

/// The logs of the three planes, with what other models left in them.
struct PlayedLogs {
  var training: PlayedLog
  var governance: PlayedLog
  var serving: PlayedLog
  /// Which entries go into the bundle.
  private var chosen: [(plane: Role, index: Int)] = []

  init(rootDigest: Digest) {
    training = PlayedLog(of: "training-plane", rootDigest: rootDigest)
    governance = PlayedLog(of: "governance-plane", rootDigest: rootDigest)
    serving = PlayedLog(of: "serving-plane", rootDigest: rootDigest)
    let time = PaperHouse.time.adding(days: -1)
    for _ in 0..<2 { training.append(.planeStarted, at: time) }
    for _ in 0..<5 { governance.append(.planeStarted, at: time) }
    for _ in 0..<3 { serving.append(.planeStarted, at: time) }
  }

  /// Returns the name of the intent to deploy.
  mutating func intend(_ output: UnverifiedEnvelope, _ approval: UnverifiedEnvelope) -> String {
    let time = PaperHouse.time
    let (result, approved) = (output.payloadDigest, approval.payloadDigest)
    choose(.training, training.append(.trainingCompleted, ["model_id": "iris"], about: result, at: time))
    governance.append(.trainingReceived, ["model_id": "iris"], about: result, at: time)
    governance.append(.approvalProposed, ["model_id": "iris"], about: approved, at: time.adding(seconds: 60))
    choose(
      .governance,
      governance.append(.modelApproved, ["model_id": "iris"], about: approved, at: time.adding(seconds: 90)))
    let intended = serving.append(
      .deploymentIntended, ["model_id": "iris"], about: approved, at: time.adding(seconds: 120))
    choose(.serving, intended)
    return "\(serving.origin)#\(intended)"
  }

  mutating func deploy(_ promotion: Digest?, _ revocations: [UnverifiedEnvelope]) {
    let time = PaperHouse.time.adding(seconds: 121)
    choose(.serving, serving.append(.modelDeployment, ["model_id": "iris"], about: promotion, at: time))
    for revocation in revocations {
      governance.append(.modelApprovalRevoked, ["model_id": "iris"], about: revocation.payloadDigest, at: time)
    }
    training.append(.requestRefused, at: time)
  }

  private mutating func choose(_ plane: Role, _ index: Int) { chosen.append((plane, index)) }

  /// The checkpoints as the planes sign and cosign them.
  func evidence() throws -> [BundledEvidence] {
    try chosen.map { plane, index in try evidence(plane, index) }
  }

  /// One entry with its proof, signed and cosigned by whom the case wants.
  func evidence(
    _ plane: Role, _ index: Int, as origin: String? = nil, signedBy key: String? = nil,
    witnesses: [(origin: String, key: String)]? = nil
  ) throws -> BundledEvidence {
    let log = self[plane]
    let checkpoint = try log.checkpoint(
      as: origin, signedBy: key ?? "\(plane.rawValue)-plane", witnesses: witnesses ?? self.witnesses(of: plane),
      at: PaperHouse.time.adding(seconds: 150))
    return BundledEvidence(
      origin: log.origin, entry: String(decoding: log.entries[index], as: UTF8.self),
      proof: try log.proof(of: index, under: checkpoint))
  }

  subscript(plane: Role) -> PlayedLog {
    switch plane {
    case .training: training
    case .serving: serving
    default: governance
    }
  }

  private func witnesses(of plane: Role) -> [(origin: String, key: String)] {
    switch plane {
    case .governance: [(training.origin, "training-plane"), (serving.origin, "serving-plane")]
    default: [(governance.origin, "governance-plane")]
    }
  }
}
