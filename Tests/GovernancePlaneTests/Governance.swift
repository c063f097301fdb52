import Attestations
import PlaneContract
import Signing
import TestSupport
import Wire

@testable import GovernancePlane

/// A governance plane in a test house, and what its callers do there.
struct Governance {
  let house: TestHouse
  let plane: TestPlane

  init(in house: TestHouse? = nil, directory: TemporaryDirectory? = nil) async throws {
    let house = try house ?? TestHouse()
    self.house = house
    plane = try await TestPlane(GovernancePlane.self, in: house, directory: directory) {
      try await GovernancePlane(context: $0).routes
    }
  }

  /// The training plane hands over what trainer submitted.
  @discardableResult
  func publish(_ result: TrainingResult = TestHouse.result()) async throws -> UnverifiedEnvelope {
    let output = try house.trainingOutput(result, at: plane.clock.now())
    try await publish(output)
    return output
  }

  @discardableResult
  func publish(_ output: UnverifiedEnvelope) async throws -> Acceptance {
    try Acceptance(
      await plane.send(.trainingPublish, TrainingPublication(attestation: output), as: "training-plane", on: .ingest))
  }

  /// `approver` proposes in their own name, with both signatures.
  @discardableResult
  func propose(_ approval: ModelApproval, as approver: String = "alice") async throws -> ApprovalState {
    try await propose(house.signed(approval, by: [approver]), as: approver, nanda: nanda(approval, by: approver))
  }

  @discardableResult
  func propose(
    _ envelope: UnverifiedEnvelope, as approver: String, nanda: Signature, digest: Digest? = nil
  ) async throws -> ApprovalState {
    let predicate = try? Statement<ModelApproval>.parse(envelope.payload)
    let body = ApprovalPropose(
      trainingOutputDigest: digest ?? predicate?.trainingOutputDigest ?? envelope.payloadDigest, approval: envelope,
      nandaSignature: nanda)
    return try ApprovalState(await plane.send(.approvalPropose, body, as: approver, on: .approve))
  }

  @discardableResult
  func sign(_ approval: ModelApproval, as approver: String, keyIndex: Int = 0) async throws -> ApprovalState {
    let key = try house.key(approver, keyIndex)
    return try await sign(
      approval.approvalID, as: approver, signature: signature(approval, by: key),
      nanda: key.sign(NandaRecord(approval).hash))
  }

  @discardableResult
  func sign(
    _ id: ApprovalID, as approver: String, signature: EnvelopeSignature, nanda: Signature
  ) async throws -> ApprovalState {
    let body = ApprovalSign(approvalID: id, signature: signature, nandaSignature: nanda)
    return try ApprovalState(await plane.send(.approvalSign, body, as: approver, on: .approve))
  }

  @discardableResult
  func reject(
    _ approval: ModelApproval, as approver: String = "bob", signedBy signer: String? = nil, digest: Digest? = nil,
    reason: String = "no evaluation"
  ) async throws -> ApprovalState {
    let rejection = ApprovalRejection(
      subject: approval.subject, approvalID: approval.approvalID, approvalDigest: digest ?? Self.digest(approval),
      rejectedBy: PrincipalID(checked: approver), reason: reason, rejectedAt: plane.clock.now())
    let decision = try UnverifiedEnvelope(attesting: rejection, by: [house.key(signer ?? approver)])
    return try ApprovalState(
      await plane.send(.approvalReject, ApprovalReject(decision: decision), as: signer ?? approver, on: .approve))
  }

  @discardableResult
  func revoke(_ revocation: UnverifiedEnvelope, as sender: String = "alice") async throws -> [String] {
    let body = Revocation(revocation: revocation)
    return try RevocationReceipt(await plane.send(.modelRevoke, body, as: sender, on: .approve)).approvals.map(\.text)
  }

  func get(_ approval: ModelApproval, as reader: String = "bridge") async throws -> ApprovalDetail {
    let body = ApprovalGet(approvalID: approval.approvalID)
    return try ApprovalDetail(await plane.send(.approvalGet, body, as: reader, on: .governanceRead))
  }

  func list(_ query: ApprovalList = ApprovalList()) async throws -> Page<ApprovalSummary> {
    try Page(await plane.send(.approvalList, query, as: "bridge", on: .governanceRead))
  }

  /// The approvals that wait for the serving plane.
  func published() async throws -> [ApprovalPublication] {
    try await plane.waiting(.approvalPublish).map(ApprovalPublication.init)
  }

  func nanda(_ approval: ModelApproval, by approver: String) throws -> Signature {
    try house.key(approver).sign(NandaRecord(approval).hash)
  }

  func signature(_ approval: ModelApproval, by key: SecretKey) throws -> EnvelopeSignature {
    let payload = Statement.payload(of: approval)
    let encoding = PreAuthenticationEncoding(payloadType: PayloadType.statement.rawValue, payload: payload)
    return EnvelopeSignature(try key.sign(encoding), by: key.publicKey)
  }

  static func digest(_ approval: ModelApproval) -> Digest { Digest(hashing: Statement.payload(of: approval)) }
}
