import Attestations
import Signing
import Testing
import Wire

@Suite struct TrainingOutputTests {
  let house: House

  init() throws { house = try House() }

  @Test func anHonestOutputIsVerified() throws {
    let envelope = try house.trainingOutput()
    let verified = try VerifiedTrainingOutput.verify(envelope, root: house.root)
    #expect(verified.output.result == house.result())
    #expect(verified.digest == envelope.payloadDigest)
  }

  @Test(
    arguments: [
      ("metrics", ["accuracy": 2]), ("metrics", [:]), ("metrics", ["accuracy": 1, "loss": 0]),
      ("card", ["owner": "eve"]),
      ("correlation_id", "run-2"), ("weights_kind", "directory"), ("metadata", ["a": 1]), ("provenance", [:]),
      ("lineage", []), ("reference", [:]),
    ] as [(String, JSONValue)])
  func whatAStolenTrainingKeyAltersIsRefused(field: String, value: JSONValue) throws {
    let altered = try house.trainingOutput().altered("predicate", field, to: value, signedBy: ["training-plane"])
    expectRefusal(of: altered, saying: "differs from what trainer signed")
  }

  @Test func weightsSwappedByAStolenTrainingKeyAreRefused() throws {
    let honest = try house.submission(of: house.result())
    let swapped = house.result(weights: house.names.otherWeights)
    expectRefusal(
      of: try house.trainingOutput(attested: swapped, submission: honest), saying: "differs from what trainer signed")
    let renamed = house.result(model: house.names.otherModel)
    expectRefusal(
      of: try house.trainingOutput(attested: renamed, submission: honest), saying: "differs from what trainer signed")
  }

  @Test func anotherPersonPutInTheTrainersPlaceIsRefused() throws {
    for person in ["alice", nil, "trainer"] {
      expectRefusal(of: try house.trainingOutput(person: person), saying: "submitter_person")
    }
  }

  @Test func anotherPrincipalsSubmissionIsRefused() throws {
    let result = house.result()
    let stolen = try house.submission(of: result, from: "trainer", signedBy: "alice")
    expectRefusal(of: try house.trainingOutput(submission: stolen), saying: "no signature verifies")
    let signedByThePlane = try house.submission(of: result, from: "trainer", signedBy: "training-plane")
    expectRefusal(of: try house.trainingOutput(submission: signedByThePlane), saying: "no signature verifies")
    let own = try house.submission(of: result, from: "alice")
    expectRefusal(of: try house.trainingOutput(submission: own), saying: "no signature verifies")
    expectRefusal(
      of: try house.trainingOutput(submission: own, submittedBy: "alice", person: "alice"), saying: "is no submitter")
    expectRefusal(of: try house.trainingOutput(submittedBy: "nobody"), saying: "is no submitter")
  }

  @Test func aSubmissionInAnothersNameIsRefusedThoughTheKeyIsTheTrainers() throws {
    let lie = try house.submission(of: house.result(), from: "alice", signedBy: "trainer")
    expectRefusal(of: try house.trainingOutput(submission: lie), saying: "is not trainer's")
  }

  @Test func aSubmissionToAnotherPlaneIsRefused() throws {
    let elsewhere = try house.submission(of: house.result(), to: "serving-plane")
    expectRefusal(of: try house.trainingOutput(submission: elsewhere), saying: "is not the training plane")
  }

  @Test func anotherMessageOfTheTrainersIsNoSubmission() throws {
    let status = try house.submission(of: house.result(), kind: "plane.status")
    expectRefusal(of: try house.trainingOutput(submission: status), saying: "is not trainer's training.complete")
  }

  @Test func aSubmissionThatSaysMoreIsRefused() throws {
    let result = house.result()
    for body in [
      ["training_output": .object(result.fields), "extra": 1],
      ["training_output": .object(result.fields.with("extra", 1))], [:],
    ] as [JSONObject] {
      let submission = try house.submission(of: result, body: body)
      expectRefusal(of: try house.trainingOutput(submission: submission), saying: "submission: body")
    }
  }

  @Test func anOldSubmissionAttestedAgainIsRefused() throws {
    for seconds in [-31, 61, 86_400] {
      let moment = House.now.adding(seconds: seconds)
      expectRefusal(of: try house.trainingOutput(createdAt: moment), saying: "outside the life")
    }
    for seconds in [-30, 0, 60] {
      let moment = House.now.adding(seconds: seconds)
      #expect(throws: Never.self) {
        try VerifiedTrainingOutput.verify(house.trainingOutput(createdAt: moment), root: house.root)
      }
    }
  }

  @Test func anotherPlanesSignatureIsRefused() throws {
    for signer in ["governance-plane", "serving-plane", "trainer", "alice"] {
      expectRefusal(of: try house.trainingOutput(signedBy: signer), saying: "no signature verifies")
    }
  }

  /// In upstream the card's words won over the model's own id and hash.
  @Test(
    arguments: [
      ("model_id", "org/other"), ("model_id", 1), ("model_id", ["org/classifier"]),
      ("weights_hash", .string(Digest(hashing: []).description)), ("weights_hash", "x"), ("weights_hash", 0),
    ] as [(String, JSONValue)])
  func papersOfAnotherModelAreRefused(field: String, value: JSONValue) throws {
    let lying = house.result(card: [:]).fields
    for papers in ["card", "provenance"] {
      var reader = ObjectReader(lying.with(papers, .object(JSONObject().with(field, value))), "training_output")
      let error = #expect(throws: FieldError.self) { try TrainingResult(&reader, looseDigest: true) }
      #expect(error?.field == "training_output.\(papers).\(field)")
    }
  }

  @Test func papersMayRepeatTheModelsIdentityOrLeaveItOut() throws {
    let hex = house.names.weights.hex
    for card in [
      ["model_id": "org/classifier", "weights_hash": .string(hex)], ["model_id": "", "weights_hash": .null],
    ]
      as [JSONObject]
    {
      let envelope = try house.trainingOutput(attested: house.result(card: card))
      #expect(throws: Never.self) { try VerifiedTrainingOutput.verify(envelope, root: house.root) }
    }
  }

  @Test(arguments: ["0.9", .null, true, [1], ["value": 1]] as [JSONValue])
  func aMetricThatIsNoNumberIsRefused(value: JSONValue) {
    var reader = ObjectReader(house.result().fields.with(["metrics", "loss"], value), "training_output")
    let error = #expect(throws: FieldError.self) { try TrainingResult(&reader, looseDigest: true) }
    #expect(error?.field == "training_output.metrics.loss")
  }

  @Test func aBareDigestIsTakenFromAJobAndNotFromAnAttestation() throws {
    let fields = house.result().fields.with("weights_hash", .string(house.names.weights.hex))
    var reader = ObjectReader(fields, "training_output")
    #expect(try TrainingResult(&reader, looseDigest: true) == house.result())
    var strict = ObjectReader(fields, "predicate")
    #expect(throws: FieldError.self) { try TrainingResult(&strict, looseDigest: false) }
  }

  private func expectRefusal(
    of envelope: UnverifiedEnvelope, saying problem: String, at location: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: AttestationError.self, sourceLocation: location) {
      try VerifiedTrainingOutput.verify(envelope, root: house.root)
    }
    #expect(error?.description.contains(problem) == true, "\(String(describing: error))", sourceLocation: location)
  }
}
