import Attestations
import Signing
import Testing
import Wire

@Suite struct StatementTests {
  let house: House
  let envelope: UnverifiedEnvelope

  init() throws {
    house = try House()
    envelope = try house.revocation()
  }

  @Test(
    arguments: [
      ("_type", "https://in-toto.io/Statement/v0.1", "expected https://in-toto.io/Statement/v1"),
      ("_type", .null, "missing"),
      ("predicateType", "https://projectnanda.org/model-governance/model-approval/v1", "expected"),
      ("predicateType", "https://projectnanda.org/model-governance/model-revocation/v2", "expected"),
      ("predicateType", "https://projectnanda.org/model-governance/model-revocation/v1/", "expected"),
      ("predicate", .null, "missing"), ("predicate", [], "object"), ("subject", [], "exactly one"),
      ("subject", .null, "missing"),
      ("extra", 1, "not a field"),
    ] as [(String, JSONValue, String)])
  func aStatementOfAnotherShapeIsRefused(field: String, value: JSONValue, problem: String) throws {
    expectRefusal(of: try envelope.altered(field, to: value, signedBy: ["alice"]), saying: problem)
  }

  @Test func aSubjectThatIsNotThePredicatesModelIsRefused() throws {
    for (name, digest) in [("org/other", house.names.weights.hex), ("org/classifier", house.names.otherWeights.hex)] {
      let altered = try envelope.altered("subject", to: [subject(name, digest)], signedBy: ["alice"])
      expectRefusal(of: altered, saying: "names another model or digest")
    }
  }

  @Test func twoSubjectsAreRefused() throws {
    let own = subject("org/classifier", house.names.weights.hex)
    expectRefusal(of: try envelope.altered("subject", to: [own, own], signedBy: ["alice"]), saying: "more than 1")
  }

  @Test func aSubjectNamedByAnotherDigestIsRefused() throws {
    let hex = house.names.weights.hex
    let digests: [JSONValue] = [
      [:], ["sha1": .string(hex)], ["sha256": .string(hex.uppercased())], ["sha256": .string(hex), "sha512": "00"],
      ["sha256": .string("sha256:\(hex)")],
    ]
    for digest in digests {
      let altered = try envelope.altered(
        "subject", to: [["name": "org/classifier", "digest": digest]], signedBy: ["alice"])
      expectRefusal(of: altered, saying: "statement.subject")
    }
  }

  @Test func anAttestationOfOneKindIsNeverTakenForAnother() throws {
    let keys = try House.keys(["alice"]).map(\.publicKey)
    #expect(throws: AttestationError.self) { try envelope.attested(ModelApproval.self, by: keys) }
    #expect(throws: AttestationError.self) { try envelope.attested(ApprovalRejection.self, by: keys) }
    #expect(throws: Never.self) { try envelope.attested(ModelRevocation.self, by: keys) }
  }

  /// One statement says that weights began to run, the other that they ceased.
  @Test func aPromotionAndAnUndeploymentSayWhichTheyAre() throws {
    let held = try house.held()
    let record = { (promoted: Bool) in
      PromotionRecord(
        modelID: house.names.model, promoted: promoted, promotedAt: House.now, evidenceEntryID: "origin#1", message: "",
        approvalID: house.names.approval, approvalDigest: held.digest, environment: house.names.staging, scope: nil,
        weightsHash: house.names.weights, deployedBy: PrincipalID(checked: "ci"))
    }
    let key = try House.key("serving-plane")
    let promotion = try UnverifiedEnvelope(attesting: PromotionResult(record(true)), by: [key])
    #expect(try promotion.attested(PromotionResult.self, by: [key.publicKey]).predicate.record == record(true))
    let undeployment = try UnverifiedEnvelope(attesting: Undeployment(record(false)), by: [key])
    #expect(try undeployment.attested(Undeployment.self, by: [key.publicKey]).predicate.record == record(false))
    let lie = try promotion.altered("predicate", "promoted", to: false, signedBy: ["serving-plane"])
    #expect(throws: AttestationError.self) { try lie.attested(PromotionResult.self, by: [key.publicKey]) }
  }

  @Test func aStatementOverItsBoundIsRefusedBeforeItIsParsed() {
    let payload = [UInt8](repeating: UInt8(ascii: "["), count: AttestationFormat.maximumPayload + 1)
    let error = #expect(throws: FieldError.self) { try Statement<ModelApproval>.parse(payload) }
    #expect(error?.problem.contains("longer than") == true)
  }

  private func subject(_ name: String, _ hex: String) -> JSONValue {
    ["name": .string(name), "digest": ["sha256": .string(hex)]]
  }

  private func expectRefusal(of envelope: UnverifiedEnvelope, saying problem: String) {
    let error = #expect(throws: AttestationError.self) {
      try envelope.attested(ModelRevocation.self, by: House.keys(["alice"]).map(\.publicKey))
    }
    #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
  }
}
