import Attestations
import GRDB
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@Suite struct TamperedRowsTests {
  let governance: Governance
  let approval: ModelApproval

  init() async throws {
    governance = try await Governance()
    approval = TestHouse.approval(
      of: try await governance.publish(), environments: ["staging", "production"], required: 2)
    try await governance.propose(approval)
  }

  /// Every way to decide on the approval stops and names it; nothing new is signed or published.
  private func expectNothingIsDecided(naming name: String) async throws {
    let before = try await governance.plane.waiting(.approvalPublish)
    for attempt in [{ try await governance.sign(approval, as: "carol") }, { try await governance.reject(approval) }] {
      let refusal = try await refusal { _ = try await attempt() }
      #expect(refusal?.code == .internal)
      #expect(refusal?.message.contains(name) == true)
    }
    #expect(try await refusal { _ = try await governance.get(approval) }?.code == .internal)
    #expect(try await governance.plane.waiting(.approvalPublish) == before)
    #expect(try await governance.plane.evidence(.modelApproved).isEmpty)
  }

  @Test func signatureRowWrittenByAThiefCompletesNoQuorum() async throws {
    let garbage = [UInt8](repeating: 7, count: 64).data
    let key = try governance.house.key("bob").publicKey.hex
    try await governance.plane.tamper(
      """
      INSERT INTO approval_signature
        (approval_digest, key, person, principal, signature, nanda_signature, signed_at) VALUES (?, ?, 'bob', 'bob', ?, ?, 0)
      """, ["\(Governance.digest(approval))", key, garbage, garbage])
    try await expectNothingIsDecided(naming: approval.approvalID.text)
  }

  @Test func signatureRowUnderAnothersKeyIsNoticed() async throws {
    let key = try governance.house.key("bob").publicKey.hex
    try await governance.plane.tamper("UPDATE approval_signature SET key = ?, person = 'bob', principal = 'bob'", [key])
    try await expectNothingIsDecided(naming: approval.approvalID.text)
  }

  @Test func changedPayloadIsNoticed() async throws {
    let wider = Statement.payload(
      of: TestHouse.approval(of: try await governance.publish(), environments: ["staging"], required: 1))
    try await governance.plane.tamper("UPDATE approval SET payload = ?", [wider.data])
    try await expectNothingIsDecided(naming: approval.approvalID.text)
  }

  @Test func governanceSignatureWrittenByAThiefIsNoticed() async throws {
    try await governance.plane.tamper(
      "UPDATE approval SET governance_signature = ?", [[UInt8](repeating: 7, count: 64).data])
    try await expectNothingIsDecided(naming: approval.approvalID.text)
  }

  @Test func swappedTrainingOutputIsNoticed() async throws {
    let other = try governance.house.trainingOutput(TestHouse.result(run: "run-2"))
    try await governance.plane.tamper("UPDATE training_output SET envelope = ?", [other.serialized.data])
    try await expectNothingIsDecided(naming: "training output \(approval.trainingOutputDigest)")
  }

  /// More than a statement takes arguments, and none of them whole: what ended other versions is not even read.
  @Test func howManyOtherVersionsWereRevokedOrRejectedKeepsNobodyFromApproving() async throws {
    for (event, table) in [("model_approval_revoked", "tombstone"), ("approval_rejected", nil)] as [(String, String?)] {
      let index = try await governance.plane.context.database.read { try governance.plane.context.ledger.count(in: $0) }
      try await governance.plane.tamper(
        """
        WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 32999)
        INSERT INTO evidence SELECT i + ?, CAST('{"data":{"weights_hash":"another"}}' AS BLOB), 'sha256:' || i, ?, ?, 0 FROM n
        """, [index, event, approval.modelID.text])
      guard let table else { continue }
      try await governance.plane.tamper(
        """
        INSERT INTO \(table) (digest, weights_hash, received_at, envelope)
          SELECT attestation_digest, 'another', 0, x'00' FROM evidence WHERE event = ?
        """, [event])
    }
    #expect(try await governance.sign(approval, as: "bob").status == .active)
  }

  @Test func changedTombstoneIsNoticed() async throws {
    try await governance.revoke(governance.house.revocation())
    let harmless = try governance.house.revocation(of: TestHouse.result(weights: "others"))
    try await governance.plane.tamper("UPDATE tombstone SET envelope = ?", [harmless.serialized.data])
    try await expectNothingIsDecided(naming: "tombstone")
  }

  @Test func forgedRejectionIsNoticed() async throws {
    let rejection = ApprovalRejection(
      subject: approval.subject, approvalID: approval.approvalID, approvalDigest: Governance.digest(approval),
      rejectedBy: PrincipalID(checked: "bob"), reason: "forged", rejectedAt: TestHouse.epoch)
    let envelope = try UnverifiedEnvelope(attesting: rejection, by: [governance.house.key("trainer")])
    try await governance.plane.tamper(
      "INSERT INTO approval_rejection VALUES (?, ?, ?, 0)",
      ["\(Governance.digest(approval))", "\(envelope.payloadDigest)", envelope.serialized.data])
    try await expectNothingIsDecided(naming: approval.approvalID.text)
  }
}
