import Attestations
import Signing
import Testing
import Wire

@Suite struct HeldApprovalTests {
  let house: House
  let output: UnverifiedEnvelope

  init() throws {
    house = try House()
    output = try house.trainingOutput()
  }

  @Test func whoSignedWhatIsKnown() throws {
    let held = try house.held()
    #expect(held.quorum.approvers.keys.map(\.text).sorted() == ["alice", "bob"])
    #expect(held.isSignedByGovernance)
    #expect(try !house.held(signedBy: ["alice", "bob"]).isSignedByGovernance)
  }

  @Test func anApprovalThatItsNamedApproverDidNotSignIsRefused() throws {
    expectFault(.approval, "approved_by alice did not sign it") {
      try house.held(signedBy: ["bob", "carol", "governance-plane"])
    }
  }

  @Test func governanceAloneMakesNoApproval() throws {
    let faked = house.approval(of: output, by: "alice")
    expectFault(.approval, "alice did not sign it") {
      try house.held(faked, of: output, signedBy: ["governance-plane"])
    }
  }

  @Test func governanceWithOneApproverMakesNoQuorumOfTwo() throws {
    let held = try house.held(signedBy: ["alice", "governance-plane", "training-plane", "serving-plane", "ci"])
    #expect(held.quorum.count == 1)
  }

  @Test func anApprovalOfOtherWeightsThanTrainedIsRefused() throws {
    let approval = house.approval(of: output, weights: house.names.otherWeights)
    expectFault(.training, "weights_hash is not what was trained") { try house.held(approval, of: output) }
  }

  @Test func anApprovalOfAnotherModelOrRunIsRefused() throws {
    let model = house.approval(of: output, model: house.names.otherModel)
    expectFault(.training, "model_id is not the trained model's") { try house.held(model, of: output) }
    let run = house.approval(of: output, correlation: "run-2")
    expectFault(.training, "correlation_id is not") { try house.held(run, of: output) }
    #expect(throws: Never.self) { try house.held(house.approval(of: output, correlation: nil), of: output) }
  }

  @Test func anotherTrainingOutputOfTheSameWeightsIsRefused() throws {
    let other = try house.trainingOutput(attested: house.result(metrics: ["accuracy": 0]))
    expectFault(.training, "training_output_digest names another output") {
      try house.held(house.approval(of: output), of: other)
    }
  }

  @Test func anAlteredTrainingOutputIsRefused() throws {
    let altered = try output.altered("predicate", "metrics", to: ["accuracy": 2], signedBy: ["training-plane"])
    expectFault(.training, "differs from what trainer signed") {
      try house.held(house.approval(of: altered), of: altered)
    }
  }

  @Test func aPayloadChangedAfterSigningIsRefused() throws {
    let honest = try UnverifiedEnvelope(
      attesting: house.approval(of: output), by: House.keys(House.quorumAndGovernance))
    let altered = try honest.altered("predicate", "required_approvers", to: 1, signedBy: [])
    let forged = UnverifiedEnvelope(
      payloadType: honest.payloadType, payload: altered.payload, signatures: honest.signatures)
    expectFault(.approval, "no signature verifies") {
      try ProvenApproval.verify(approval: forged, training: output, root: house.root).held
    }
  }

  @Test func theTrainersPersonDoesNotCountAsApprover() throws {
    let output = try house.trainingOutput()
    let held = try house.held(
      house.approval(of: output), of: output, signedBy: ["alice", "trainer", "governance-plane"])
    #expect(held.quorum.approvers.keys.map(\.text) == ["alice"])
  }

  private func expectFault(
    _ gate: Gate, _ reason: String, at location: SourceLocation = #_sourceLocation, of body: () throws -> HeldApproval
  ) {
    let fault = #expect(throws: GateFault.self, sourceLocation: location) { try body() }
    #expect(fault?.gate == gate, sourceLocation: location)
    #expect(fault?.reason.contains(reason) == true, "\(String(describing: fault))", sourceLocation: location)
  }
}
