import Attestations
import Bundles
import MerkleLog
import PlaneContract
import Signing
import TestSupport
import Wire

@testable import AgentFacts

/// A model that was trained and approved in the test house, and what its serving plane would say of it.
struct ModelHouse {
  static let noon = TestHouse.epoch
  static let model = "acme/risk:v2"

  let house: TestHouse
  let registry: Registry
  let approval: ProvenApproval

  init(
    card: JSONObject = [:], provenance: JSONObject? = nil, environments: [String] = ["production", "staging"],
    signers: [String] = ["alice", "bob", "governance-plane"], modelEndpoint: String? = nil
  ) throws {
    house = try TestHouse()
    registry = try Registry(
      id: RegistryID(checked: "my-reg"), providerName: "Acme", providerURL: "https://acme.example",
      modelEndpoint: modelEndpoint)
    let result = TestHouse.result(model: Self.model, card: card, provenance: provenance)
    let output = try house.trainingOutput(result)
    let predicate = TestHouse.approval(of: output, result, environments: environments, required: 2)
    approval = try ProvenApproval.verify(
      approval: house.signed(predicate, by: signers), training: output, root: house.root)
  }

  /// What the serving plane signs of this approval.
  func decision(
    in environment: String = "production", failing gate: Gate? = nil, at time: Timestamp = noon,
    of held: HeldApproval? = nil, signedBy signer: String = "serving-plane"
  ) throws -> UnverifiedEnvelope {
    let gates = Gate.allCases.map { $0 == gate ? GateResult.fail($0, "no") : GateResult.pass($0, "fine") }
    let held = held ?? approval.held
    let question = GateQuestion(
      modelID: held.predicate.modelID, environment: EnvironmentName(checked: environment), scope: nil,
      weightsHash: held.predicate.weightsHash)
    return try Decision(
      question: question, gates: gates, held: held, timeVerified: time, trustRootDigest: house.root.digest,
      requestedBy: PrincipalID(checked: "bridge"), requestDigest: Digest(hashing: [7])
    ).signed(by: house.key(signer))
  }

  func verified(_ envelope: UnverifiedEnvelope) throws -> VerifiedDecision {
    try VerifiedDecision.verify(envelope, root: house.root)
  }

  /// The model with these decisions.
  func governed(_ envelopes: [UnverifiedEnvelope], evidence: ApprovalEvidence? = nil) throws -> GovernedModel {
    try GovernedModel(ApprovedModel(approval), decisions: envelopes.map(verified), evidence: evidence)
  }

  /// Running in production, denied in staging.
  func running() throws -> GovernedModel {
    try governed([decision(in: "staging", failing: .scope), decision(in: "production")])
  }
}

extension AgentFacts {
  var governance: JSONObject { metadata["x_model_governance"]?.object ?? [:] }
  /// What this registry says of its own document.
  func own(_ key: String) -> JSONValue? { metadata["x_my_reg"]?.object?[key] }
}
