import Attestations
import Signing
import Wire

/// A model with an approval in force, and the training output that it approves; every signature has been verified here.
struct ApprovedModel: Sendable {
  let approval: ModelApproval
  let digest: Digest
  let output: TrainingOutput
  /// Whose signatures count, each person once.
  let approvers: [PrincipalID]

  var modelID: ModelID { approval.modelID }

  init(_ proven: ProvenApproval) {
    approval = proven.held.predicate
    digest = proven.held.digest
    output = proven.training.output
    approvers = proven.held.quorum.approvers.values.map(\.id).sorted()
  }

  /// What the serving plane is asked about it, once for each environment: by its digest, so that it may also be where nothing runs yet.
  var questions: [(place: RunPlace, question: GateQuestion)] {
    approval.environments.map { environment in
      let question = GateQuestion(
        modelID: modelID, environment: environment, scope: approval.scopes?.first, approvalID: approval.approvalID,
        weightsHash: approval.weightsHash)
      return (RunPlace(modelID: modelID, approvalID: approval.approvalID, environment: environment), question)
    }
  }
}
