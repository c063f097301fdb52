import Attestations
import PlaneContract
import Signing
import Transport
import Wire

/// A principal with a key, who asks the planes over their sockets and believes only what they have signed.
package struct PlaneCaller: Sendable {
  package let name: PrincipalID
  package let key: SecretKey
  package let home: PlanesHome
  /// How long an answer may take.
  package var timeout = Duration.seconds(30)

  /// `name` and `key` belong together, unless a test is about a stolen name.
  package init(name: PrincipalID, key: SecretKey, home: PlanesHome) {
    self.name = name
    self.key = key
    self.home = home
  }

  /// One request on a connection of its own. Throws `Refusal`, `ReplyError` or `TransportError`.
  @discardableResult
  package func ask(_ kind: MessageKind, _ body: JSONObject, on socket: SocketName) async throws -> JSONObject {
    let plane = try plane(behind: socket)
    let request = try OutgoingRequest(kind, body: body, from: name, to: plane.id, signer: key, now: .now())
    return try request.result(of: await exchange(request.frame, on: socket), from: plane)
  }

  @discardableResult
  package func ask(_ kind: MessageKind, _ body: some Body, on socket: SocketName) async throws -> JSONObject {
    try await ask(kind, body.fields, on: socket)
  }

  /// Sends any frame and returns the frame that comes back; throws `TransportError.closedByPeer` when none does.
  package func exchange(_ frame: [UInt8], on socket: SocketName) async throws -> [UInt8] {
    let connection = try await FrameClient().connect(path: home.socket(socket))
    do {
      let reply = try await connection.exchange(frame, timeout: timeout)
      await connection.close()
      return reply
    } catch {
      await connection.close()
      throw error
    }
  }

  /// Sends a message as it was made, however wrong, and returns the plane's signed answer.
  package func answer(to message: UnverifiedEnvelope, on socket: SocketName) async throws -> Message {
    let reply = try await exchange(message.serialized, on: socket)
    let envelope = try UnverifiedEnvelope(parsing: reply, maximumPayload: Message.maximumPayload)
    return try UnverifiedMessage(envelope).verified(by: plane(behind: socket).keys).message
  }

  package func plane(behind socket: SocketName) throws -> Principal {
    guard let plane = home.root.plane(socket.plane) else { throw ProcessFailure("the root names no \(socket.plane)") }
    return plane
  }

  package func status(of plane: Role) async throws -> PlaneStatus {
    let sockets: [Role: SocketName] = [.training: .submit, .governance: .governanceRead, .serving: .servingRead]
    return try PlaneStatus(await ask(.planeStatus, [:], on: sockets[plane] ?? .servingRead))
  }
}

// What people and jobs ask for.
extension PlaneCaller {
  package func submit(_ result: TrainingResult) async throws -> TrainingReceipt {
    try TrainingReceipt(await ask(.trainingComplete, TrainingComplete(result: result), on: .submit))
  }

  /// Signs `approval` in both forms and proposes it.
  package func propose(_ approval: ModelApproval) async throws -> ApprovalState {
    try await propose(UnverifiedEnvelope(attesting: approval, by: [key]), as: approval)
  }

  /// Proposes the envelope as it is, with the second signature over the record that it holds; `approval` stands in where it holds
  /// none that can be read.
  package func propose(_ envelope: UnverifiedEnvelope, as approval: ModelApproval) async throws -> ApprovalState {
    let held = (try? Statement<ModelApproval>.parse(envelope.payload)) ?? approval
    let body = ApprovalPropose(
      trainingOutputDigest: approval.trainingOutputDigest, approval: envelope,
      nandaSignature: try key.sign(NandaRecord(held).hash))
    return try ApprovalState(await ask(.approvalPropose, body, on: .approve))
  }

  /// Reads the approval back from governance and signs its very bytes.
  package func sign(_ id: ApprovalID) async throws -> ApprovalState {
    guard let payload = try await approval(id).approval?.payload else {
      throw ProcessFailure("governance shows no approval \(id)")
    }
    let type = PayloadType.statement.rawValue
    let signature = try key.sign(PreAuthenticationEncoding(payloadType: type, payload: payload))
    return try await sign(
      Statement<ModelApproval>.parse(payload), with: EnvelopeSignature(signature, by: key.publicKey))
  }

  /// Adds a signature that was made before, and the one over the NANDA record.
  package func sign(_ approval: ModelApproval, with signature: EnvelopeSignature) async throws -> ApprovalState {
    let body = ApprovalSign(
      approvalID: approval.approvalID, signature: signature,
      nandaSignature: try key.sign(NandaRecord(approval).hash))
    return try ApprovalState(await ask(.approvalSign, body, on: .approve))
  }

  package func reject(_ approval: ModelApproval, digest: Digest, reason: String) async throws -> ApprovalState {
    let rejection = ApprovalRejection(
      subject: approval.subject, approvalID: approval.approvalID, approvalDigest: digest, rejectedBy: name,
      reason: reason, rejectedAt: .now())
    let decision = try UnverifiedEnvelope(attesting: rejection, by: [key])
    return try ApprovalState(await ask(.approvalReject, ApprovalReject(decision: decision), on: .approve))
  }

  package func approval(_ id: ApprovalID) async throws -> ApprovalDetail {
    try ApprovalDetail(await ask(.approvalGet, ApprovalGet(approvalID: id), on: .governanceRead))
  }

  package func approvals(_ query: ApprovalList = ApprovalList()) async throws -> [ApprovalSummary] {
    try Page<ApprovalSummary>(await ask(.approvalList, query, on: .governanceRead)).items
  }

  package func revoke(_ revocation: ModelRevocation, on socket: SocketName = .approve) async throws -> [ApprovalID] {
    let envelope = try UnverifiedEnvelope(attesting: revocation, by: [key])
    return try RevocationReceipt(await ask(.modelRevoke, Revocation(revocation: envelope), on: socket)).approvals
  }

  @discardableResult
  package func deploy(
    _ model: ModelID, to environment: String? = "staging", scope: String? = nil, approval: ApprovalID? = nil,
    weights: String? = nil
  ) async throws -> Attested<PromotionResult> {
    let body = ModelDeploy(
      modelID: model, environment: environment.map(EnvironmentName.init(checked:)),
      scope: scope.map(ScopeName.init(checked:)), approvalID: approval, weightsPath: weights)
    let receipt = try DeployReceipt(await ask(.modelDeploy, body, on: .deploy))
    return try receipt.promotion.attested(by: home.root.keys(of: .serving))
  }

  @discardableResult
  package func undeploy(_ model: ModelID, from environment: String = "staging") async throws -> Attested<Undeployment> {
    let body = ModelUndeploy(modelID: model, environment: EnvironmentName(checked: environment), reason: "a test")
    let receipt = try UndeployReceipt(await ask(.modelUndeploy, body, on: .deploy))
    return try receipt.undeployment.attested(by: home.root.keys(of: .serving))
  }

  package func authorize(
    _ model: ModelID, in environment: String? = "staging", scope: String? = nil, approval: ApprovalID? = nil,
    weights: Digest? = nil, on socket: SocketName = .servingRead
  ) async throws -> Verdict {
    let question = GateQuestion(
      modelID: model, environment: environment.map(EnvironmentName.init(checked:)),
      scope: scope.map(ScopeName.init(checked:)), approvalID: approval, weightsHash: weights)
    return try Verdict(reply: await ask(.modelAuthorize, ModelAuthorize(question: question), on: socket))
  }

  package func deployments(_ query: DeploymentList = DeploymentList()) async throws -> [DeploymentSummary] {
    try Page<DeploymentSummary>(await ask(.deploymentList, query, on: .servingRead)).items
  }
}

/// A decision as the caller reads it.
package struct Verdict: Sendable {
  package let passed: Bool
  /// Failed gates with their reasons.
  package let failures: [String: String]

  package init(decision: JSONObject) throws {
    guard let word = decision["verificationResult"]?.string, let gates = decision["gates"]?.array else {
      throw ProcessFailure("no decision: \(JSONValue.object(decision).jsonText)")
    }
    passed = word == "PASSED"
    let failed = gates.compactMap(\.object).filter { $0["passed"]?.bool != true }
    failures = Dictionary(failed.map { ($0["gate"]?.string ?? "", $0["reason"]?.string ?? "") }) { first, _ in first }
  }

  init(reply: JSONObject) throws { try self.init(decision: reply["decision"]?.object ?? [:]) }
}
