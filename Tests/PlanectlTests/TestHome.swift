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
  func trainingOutput(model: String = "iris", weights: String = "weights") throws -> UnverifiedEnvelope {
    let trainer = try identity("trainer")
    let result = TrainingResult(
      modelID: ModelID(checked: model), weightsHash: Digest(hashing: Array(weights.utf8)), weightsKind: .file,
      metrics: ["accuracy": 1], correlationID: CorrelationID(checked: "run-1"))
    let request = try OutgoingRequest(
      .trainingComplete, body: TrainingComplete(result: result).fields, from: trainer.principal.id,
      to: PrincipalID(checked: "training-plane"), signer: trainer.signer, now: .now())
    let output = TrainingOutput(
      result: result, createdAt: .now(), submittedBy: trainer.principal.id, submitterPerson: trainer.principal.person,
      submission: request.envelope)
    let plane = try KeyFile.loadSecret(path: "\(home.folder(of: .training))/plane.pem")
    return try UnverifiedEnvelope(attesting: output, by: [plane])
  }
}
