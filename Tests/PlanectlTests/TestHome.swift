import Attestations
import PlaneContract
import Signing
import Wire

@testable import planectl

/// A home as `init` makes it, in a folder of the test's own.
struct TestHome {
  let scratch: ScratchFolder
  let home: Home
  let root: VerifiedTrustRoot

  init(approvers: [String] = ["alice", "bob"]) throws {
    scratch = try ScratchFolder()
    home = Home(path: "\(scratch.path)/home")
    _ = try NewHome(home: home, roster: try Self.roster(approvers: approvers)).create()
    root = try home.trustRoot()
  }

  static func roster(approvers: [String]) throws -> Roster {
    try Roster([
      (.approver, approvers.map(PrincipalID.init(checked:))), (.submitter, [PrincipalID(checked: "trainer")]),
      (.deployer, [PrincipalID(checked: "ci")]), (.monitor, [PrincipalID(checked: "metrics")]),
      (.reader, [PrincipalID(checked: "bridge")]),
    ])
  }

  var ring: KeyRing { KeyRing(folders: [home.keys], root: root) }

  func identity(_ name: String) throws -> Identity {
    try ring.identity(named: name, holding: Role.allCases, for: "a test")
  }

  /// A training output that the training plane signed, with the trainer's submission in it.
  func trainingOutput(
    model: String = "iris", weights: String = "weights", card: JSONObject = [:], metrics: JSONObject = ["accuracy": 1],
    provenance: JSONObject? = nil, lineage: [JSONValue]? = nil
  ) throws -> UnverifiedEnvelope {
    let trainer = try identity("trainer")
    let result = TrainingResult(
      modelID: ModelID(checked: model), weightsHash: Digest(hashing: Array(weights.utf8)), weightsKind: .file,
      card: card, metrics: metrics, correlationID: CorrelationID(checked: "run-1"), provenance: provenance,
      lineage: lineage)
    let request = try OutgoingRequest(
      .trainingComplete, body: TrainingComplete(result: result).fields, from: trainer.principal.id,
      to: PrincipalID(checked: "training-plane"), signer: trainer.signer, now: .now())
    let output = TrainingOutput(
      result: result, createdAt: .now(), submittedBy: trainer.principal.id, submitterPerson: trainer.principal.person,
      submission: request.envelope)
    let plane = try KeyFile.loadSecret(path: "\(home.folder(of: .training))/plane.pem")
    return try UnverifiedEnvelope(attesting: output, by: [plane])
  }

  /// The secret key of a person or of a plane.
  func signer(_ name: String) throws -> any Signer {
    let isPlane = Home.planes.contains { $0.planeName == name }
    return try isPlane ? KeyFile.loadSecret(path: "\(home.path)/\(name)/plane.pem") : identity(name).signer
  }

  /// An approval of `output` for production, within the policy unless told otherwise.
  func approval(
    of output: UnverifiedEnvelope, by approver: String, at time: Timestamp = Timestamp.now().wholeSeconds,
    weights: Digest? = nil, profile: String = "default", id: ApprovalID? = nil
  ) throws -> ModelApproval {
    let result = try VerifiedTrainingOutput.verify(output, root: root).output.result
    return ModelApproval(
      approvalID: id ?? ApprovalID(checked: "approval:\(Random.hex(bytes: 8))"), modelID: result.modelID,
      weightsHash: weights ?? result.weightsHash, approvedBy: PrincipalID(checked: approver), approvedAt: time,
      expiresAt: time.adding(days: 30), profile: ProfileName(checked: profile), correlationID: result.correlationID,
      environments: [EnvironmentName(checked: "production")], scopes: nil, requiredApprovers: 2,
      trainingOutputDigest: output.payloadDigest, trustRootVersion: 1)
  }

  /// Another root of this house, in which an approver is retired, or the default profile names these rules.
  func changedRoot(retiring name: String? = nil, rules: [String]? = nil) throws -> VerifiedTrustRoot {
    let old = root.root
    let profiles = rules.map { [Proposal.defaultProfile: $0] } ?? old.policy.profiles
    let principals = old.principals.map { principal in
      Principal(
        id: principal.id, person: principal.person, roles: principal.roles, groups: principal.groups,
        keys: principal.keys, retiredAt: principal.id.text == name ? old.issuedAt : principal.retiredAt)
    }
    let changed = try TrustRoot(
      version: 1, issuedAt: old.issuedAt, expiresAt: old.expiresAt, rootKeys: old.rootKeys, threshold: old.threshold,
      principals: principals, policy: Policy(environments: old.policy.environments, profiles: profiles))
    let envelope = try changed.signed(by: [KeyFile.loadSecret(path: "\(home.keys)/root.pem")])
    return try VerifiedTrustRoot.verify(envelope, pinned: envelope.payloadDigest)
  }
}
