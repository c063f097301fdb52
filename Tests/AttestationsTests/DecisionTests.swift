import Attestations
import Signing
import Testing
import Wire

@Suite struct DecisionTests {
  let house: House
  let held: HeldApproval

  init() throws {
    house = try House()
    held = try house.held()
  }

  @Test func aDecisionHasTheFieldsOfAVerificationSummary() throws {
    let fields = try fields(decision(Self.passing))
    #expect(fields["verifier"] == ["id": "https://projectnanda.org/model-governance/serving-plane"])
    #expect(fields["resourceUri"] == "nanda-model:org/classifier")
    #expect(fields["verificationResult"] == "PASSED")
    #expect(fields["policy"]?.object?["digest"] == ["sha256": .string(house.root.digest.hex)])
    #expect(fields["verifiedLevels"] == [])
    #expect(fields["environment"] == "staging" && fields["scope"] == .null)
    #expect(fields["approval_digest"] == .string(held.digest.description))
    #expect(fields["requested_by"] == "ci")
    #expect(fields["request_digest"] == .string(Digest(hashing: [7]).description))
    #expect(fields["valid_until"] == .string(House.now.adding(seconds: 60).attestationText))
  }

  @Test func everyGateIsInItWithItsReason() throws {
    let gates = try fields(decision(Self.passing))["gates"]?.array ?? []
    #expect(gates.compactMap { $0.object?["gate"]?.string } == Gate.allCases.map(\.rawValue))
    #expect(gates.first == ["gate": "trust", "passed": true, "reason": "fine"])
  }

  @Test func theInputsAreTheApprovalAndTheTrainingOutput() throws {
    let inputs = try fields(decision(Self.passing))["inputAttestations"]?.array ?? []
    let digests = inputs.compactMap { $0.object?["digest"]?.object?["sha256"]?.string }
    #expect(digests == [held.digest.hex, held.trainingDigest.hex])
  }

  @Test func oneFailedGateFailsTheDecision() throws {
    for gate in Gate.allCases {
      let gates = Self.passing.map { $0.gate == gate ? GateResult.fail(gate, "no") : $0 }
      #expect(try fields(decision(gates))["verificationResult"] == "FAILED")
    }
  }

  @Test func aGateThatWasNotAskedFailsTheDecision() {
    #expect(!decision(Array(Self.passing.dropLast())).passed)
    #expect(!decision([]).passed)
  }

  @Test func withoutAnApprovalNothingPasses() throws {
    let decision = decision(Self.passing, held: nil)
    #expect(!decision.passed)
    #expect(try fields(decision)["inputAttestations"] == [])
    #expect(try fields(decision)["approval_digest"] == .null)
  }

  @Test func aDecisionNeverOutlivesItsApproval() throws {
    let moment = held.predicate.expiresAt.adding(seconds: -10)
    #expect(decision(Self.passing, at: moment).validUntil == held.predicate.expiresAt)
  }

  @Test func theSignedDecisionIsAStatementAboutTheWeights() throws {
    let key = try House.key("serving-plane")
    let verified = try decision(Self.passing).signed(by: key).verified(as: .statement, by: [key.publicKey])
    let statement = try #require(try verified.parsed().object)
    #expect(statement["predicateType"] == "https://slsa.dev/verification_summary/v1")
    #expect(
      statement["subject"] == [["name": "org/classifier", "digest": ["sha256": .string(house.names.weights.hex)]]])
    #expect(try statement["predicate"]?.object == fields(decision(Self.passing)))
  }

  @Test func withoutAWeightsDigestTheSubjectIsTheModelsID() throws {
    let key = try House.key("serving-plane")
    let envelope = try decision(Self.passing, held: nil).signed(by: key)
    let statement = try #require(try StrictJSON.parse(envelope.payload).object)
    let digest = Digest(hashing: Array("org/classifier".utf8)).hex
    #expect(statement["subject"] == [["name": "org/classifier", "digest": ["nanda-model-id": .string(digest)]]])
  }

  /// What is written, read again as strictly as a client reads it.
  private func fields(_ decision: Decision) throws -> JSONObject { try #require(try decision.tree().object) }

  private static let passing = Gate.allCases.map { GateResult.pass($0, "fine") }

  private func decision(_ gates: [GateResult], at moment: Timestamp = House.now) -> Decision {
    decision(gates, held: held, at: moment)
  }

  private func decision(_ gates: [GateResult], held: HeldApproval?, at moment: Timestamp = House.now) -> Decision {
    let question = GateQuestion(modelID: house.names.model, environment: house.names.staging, scope: nil)
    return Decision(
      question: question, gates: gates, held: held, timeVerified: moment, trustRootDigest: house.root.digest,
      requestedBy: PrincipalID(checked: "ci"), requestDigest: Digest(hashing: [7]))
  }
}
