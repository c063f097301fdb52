import Attestations
import MerkleLog
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// The governance plane in the attacker's hands: its key, its sockets, its database. Whatever it says, an honest serving plane runs
/// only what people signed for, a revocation that reached serving stays, no lease that hides one is taken, and training and serving
/// notice what was written anew. One test is one lie; what is asked after each of them is in `KeptPromises`.
@Suite(
  "The governance plane lies", .serialized, .runningPlanes(leaseSeconds: 10), .keptPromises(whileLying: .governance))
struct LyingGovernancePlaneTests {
  let stage: Stage
  let attacker: PlaneCaller
  var planes: DaemonFixture { stage.planes }

  init() throws {
    stage = try Stage()
    attacker = try stage.caller("governance-plane")
  }

  // MARK: Controls: the same machinery, telling the truth

  @Test("An approval that enough people signed is taken from the same hand, and deployed")
  func control() async throws {
    let model = try await planes.trained("honest")
    let approval = planes.approval(of: model)
    let keys = [try planes.home.key("alice"), try planes.home.key("bob")]
    let signed = try countersigned(UnverifiedEnvelope(attesting: approval, by: keys))
    try await publish(signed, model.receipt.attestation)
    #expect(try await planes.verdict(on: approval).passed)
    try await stage.caller("ci").deploy(model.id, weights: model.path)
    #expect(try planes.home.served("honest") == model.served)
  }

  @Test("A lease that says the truth is taken from the same hand")
  func honestLease() async throws {
    let revocations = RevocationChain(try await stage.revocations(at: .servingRead).keys)
    let receipt = try await publish(lease(over: revocations))
    #expect(receipt.names(revocations))
    #expect(try await stage.caller("ci").status(of: .serving).health == "ok")
  }

  @Test("A log that is shown as it was troubles nobody, though somebody else shows it")
  func honestLog() async throws {
    let shown = try await StolenLog(of: .governance, on: planes).honest
    try await planes.impersonating(.governance) {
      try shown.answer($0)
    } while: { asked in
      for peer in ["training-plane", "serving-plane"] {
        try await pollUntil("\(peer) has looked") { asked.count(.ledgerGet, from: peer) > 0 }
      }
    }
    for plane in PlanesHome.planes { try await planes.health(of: plane, says: "ok") }
  }

  // MARK: What they send

  /// The approval's and the training output's envelopes as governance's database holds them.
  func evidence(
    of approval: ModelApproval
  ) async throws -> (approval: UnverifiedEnvelope, output: UnverifiedEnvelope) {
    let detail = try await stage.caller("alice").approval(approval.approvalID)
    return (try #require(detail.approval), detail.trainingOutput)
  }

  /// Adds governance's signature, and those of whoever helps the attacker.
  func countersigned(_ approval: UnverifiedEnvelope, by helpers: [SecretKey] = []) throws -> UnverifiedEnvelope {
    let encoding = PreAuthenticationEncoding(payloadType: approval.payloadType, payload: approval.payload)
    return try (helpers + [attacker.key]).reduce(approval) { envelope, key in
      envelope.adding(EnvelopeSignature(try key.sign(encoding), by: key.publicKey))
    }
  }

  func publish(_ approval: UnverifiedEnvelope, _ output: UnverifiedEnvelope) async throws {
    let body = ApprovalPublication(approval: approval, trainingOutput: output)
    try await attacker.ask(.approvalPublish, body, on: .control)
  }

  func lease(
    over revocations: RevocationChain, root: VerifiedTrustRoot? = nil, issuedAt: Timestamp = .now(), seconds: Int = 10,
    carrying training: UnverifiedNote? = nil
  ) throws -> UnverifiedEnvelope {
    let lease = Lease(
      root: try root ?? planes.home.currentRoot(), issuedAt: issuedAt, expiresAt: issuedAt.adding(seconds: seconds),
      revocations: revocations, ledgerCheckpoint: training)
    return try UnverifiedEnvelope(attesting: lease, by: [attacker.key])
  }

  @discardableResult
  func publish(_ lease: UnverifiedEnvelope) async throws -> LeaseReceipt {
    try LeaseReceipt(await attacker.ask(.leasePublish, LeasePublication(lease: lease), on: .control))
  }

  /// Whether serving takes the approval now; any other refusal than for the moment is thrown.
  func isTaken(_ approval: UnverifiedEnvelope, _ output: UnverifiedEnvelope) async throws -> Bool {
    do { try await publish(approval, output) } catch let refusal as Refusal where refusal.code == .unavailable {
      return false
    }
    return true
  }

  func expectNothingRuns(_ model: TrainedModel, _ location: SourceLocation = #_sourceLocation) async throws {
    let ci = try stage.caller("ci")
    for environment in ["staging", "production"] {
      try await expectRefused(.denied, at: location) {
        try await ci.deploy(model.id, to: environment, weights: model.path)
      }
    }
    #expect(try planes.home.served(model.id.text) == nil, sourceLocation: location)
    try await stage.expectSteadyStillRuns(location)
  }
}
