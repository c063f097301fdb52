import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// What a plane gave its signature for when it answered a step.
struct StepReceipt: Sendable, Equatable {
  let digest: Digest
  /// The bytes that have the digest; what is kept must be these.
  let payload: [UInt8]

  init(_ envelope: UnverifiedEnvelope) { (digest, payload) = (envelope.payloadDigest, envelope.payload) }
}

/// One model on its way through the path. Each step is always the same request, so that asking again is a retry, and whatever a plane
/// answers must agree with what it answered before.
actor Journey {
  nonisolated let model: ModelID
  nonisolated let served: [String: [UInt8]]
  private(set) var receipts: [Step: StepReceipt] = [:]

  let planes: DaemonFixture
  let result: TrainingResult
  private let path: String
  private var approval: ModelApproval?
  private var revocation: ModelRevocation?

  init(_ name: String, version: Int = 1, byteCount: Int = 4096, on planes: DaemonFixture) throws {
    let job = try planes.job(name, version: version, byteCount: byteCount)
    (self.planes, result, path) = (planes, job.result, job.path)
    (model, served) = (job.result.modelID, [String(job.path.split(separator: "/").last ?? ""): job.weights])
  }

  /// Asks for the step, or asks again. What was answered once is answered the same for ever.
  @discardableResult
  func take(_ step: Step) async throws -> StepReceipt {
    let receipt = try await ask(step)
    if let earlier = receipts[step] { #expect(receipt == earlier, "\(step.rawValue) of \(model) again") }
    receipts[step] = receipt
    return receipt
  }

  /// Takes the steps, each as soon as the planes know of the one before.
  func travel(_ steps: some Sequence<Step>) async throws {
    for step in steps {
      try await take(step)
      try await arrival(of: step)
    }
  }

  func ask(_ step: Step) async throws -> StepReceipt {
    switch step {
    case .submit: return StepReceipt(try await caller("trainer").submit(result).attestation)
    case .propose:
      let envelope = try UnverifiedEnvelope(attesting: makeApproval(), by: [caller("alice").key])
      let state = try await caller("alice").propose(envelope, as: makeApproval())
      #expect(state.approvers.first?.text == "alice")
      return StepReceipt(envelope)
    case .sign:
      let envelope = try UnverifiedEnvelope(attesting: makeApproval(), by: [caller("bob").key])
      let state = try await caller("bob").sign(makeApproval(), with: envelope.signatures[0])
      #expect(state.approvers.map(\.text) == ["alice", "bob"])
      return StepReceipt(envelope)
    case .deploy: return StepReceipt(try await caller("ci").deploy(model, weights: path).envelope)
    case .revoke, .revokeAtServing:
      let dead = try await caller("alice").revoke(makeRevocation(), on: step == .revoke ? .approve : .revoke)
      #expect(dead == [try makeApproval().approvalID])
      return StepReceipt(try UnverifiedEnvelope(attesting: makeRevocation(), by: [caller("alice").key]))
    }
  }

  /// Waits until whoever has to know of the step does.
  func arrival(of step: Step) async throws {
    switch step {
    case .submit: if let receipt = receipts[.submit] { try await planes.governanceHolds(receipt.digest) }
    case .sign: try await planes.servingAllows(makeApproval())
    case .revoke: try await planes.servingSays("revoked by alice", about: makeApproval())
    case .revokeAtServing: try await planes.governanceRevokes(makeApproval())
    case .propose, .deploy: break
    }
  }

  /// The digest of what a plane that has died holds for the step: its effect was committed. Nil where there was none.
  func effect(of step: Step, in record: DatabaseCopy) throws -> Digest? {
    let id = approval?.approvalID.text ?? ""
    let digest: String?
    switch step {
    case .submit:
      digest = try record.texts(
        "SELECT digest FROM training_output WHERE model_id = ? AND correlation_id = ?", model.text,
        result.correlationID.text
      ).first
    case .propose: digest = try record.texts("SELECT digest FROM approval WHERE approval_id = ?", id).first
    case .sign:
      digest = try record.texts(
        """
        SELECT digest FROM approval JOIN approval_signature ON approval_digest = digest
        WHERE approval_id = ? AND principal = 'bob'
        """, id
      ).first
    case .deploy:
      let sql = "SELECT promotion FROM deployment WHERE approval_id = ? AND state = 'deployed'"
      return try record.bytes(sql, id).map {
        try UnverifiedEnvelope(parsing: $0, maximumPayload: AttestationFormat.maximumPayload).payloadDigest
      }
    case .revoke, .revokeAtServing:
      guard let revocation else { return nil }
      let payload = Statement.payload(of: revocation)
      digest = try record.texts("SELECT digest FROM tombstone WHERE digest = ?", Digest(hashing: payload).description)
        .first
    }
    return digest.flatMap { Digest($0) }
  }

  private func caller(_ name: String) throws -> PlaneCaller { try planes.home.caller(name) }

  private func makeApproval() throws -> ModelApproval {
    if let approval { return approval }
    let output = try #require(receipts[.submit], "a model is approved after it was submitted")
    let made = planes.approval(of: result, output: output.digest)
    approval = made
    return made
  }

  private func makeRevocation() throws -> ModelRevocation {
    if let revocation { return revocation }
    let made = planes.revocation(of: try makeApproval())
    revocation = made
    return made
  }
}

// How a journey ends.
extension Journey {
  /// The model runs: its bytes, allowed, deployed once.
  func expectItRuns() async throws {
    let ci = try caller("ci")
    let verdict = try await ci.authorize(model, weights: result.weightsHash)
    #expect(verdict.passed, "\(model): \(verdict.failures)")
    #expect(try planes.home.served(model.text) == served, "\(model)")
    let history = try await ci.deployments(DeploymentList(modelID: model, history: true))
    #expect(history.count { $0.weightsHash == result.weightsHash } == 1, "\(model) was deployed \(history)")
  }

  /// The model was revoked: nothing runs, and nothing will.
  func expectItIsDead() async throws {
    let (ci, model, path) = (try caller("ci"), model, path)
    try await planes.servesNoMore(model)
    #expect(try await planes.verdict(on: makeApproval()).failures["revocation"] != nil)
    try await expectDenied(by: "revocation") { try await ci.deploy(model, weights: path) }
    try await planes.governanceRevokes(makeApproval())
  }

  func end() async throws { try await caller("ci").undeploy(model) }
}
