import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@testable import ServingPlane

/// What serving hands to whoever gathers the papers of a deployment.
@Suite struct PaperQueryTests {
  let serving: ServingHouse

  init() async throws { serving = try await ServingHouse() }

  private func attestation(_ digest: Digest, as reader: String = "bridge") async throws -> UnverifiedEnvelope {
    let body = AttestationGet(digest: digest)
    let answer = try await serving.plane.send(.attestationGet, body, as: reader, on: .servingRead)
    return try FoundAttestation(answer).attestation
  }

  private func revocations() async throws -> RevocationPage {
    try RevocationPage(await serving.plane.send(.revocationList, RevocationList(), as: "bridge", on: .servingRead))
  }

  @Test func anUnknownDigestIsNotFound() async throws {
    let refusal = try await refusal { _ = try await attestation(Digest(hashing: [1])) }
    #expect(refusal?.code == .notFound)
  }

  @Test func submittersReadNoPapers() async throws {
    let refusal = try await refusal { _ = try await attestation(Digest(hashing: [1]), as: "trainer") }
    #expect(refusal?.code == .forbidden)
  }

  @Test func aPromotionThatWasSwappedInItsTableIsNotHandedOut() async throws {
    let digest = try await deployed()
    try await serving.plane.tamper("UPDATE deployment SET promotion = X'7b7d'")
    let refusal = try await refusal { _ = try await attestation(digest) }
    #expect(refusal?.code == .internal)
  }

  @Test func promotionsAndUndeploymentsAreFoundByWhatTheEvidenceNames() async throws {
    let promotion = try await attestation(try await deployed())
    let record = try promotion.attested(PromotionResult.self, by: serving.house.root.keys(of: .serving)).predicate
      .record
    #expect(record.approvalID.text == "approval:0000000000000001")
    try await serving.undeploy()
    let undeployed = try await attestation(try #require(await newest("model_undeployed")))
    #expect(throws: Never.self) {
      try undeployed.attested(Undeployment.self, by: serving.house.root.keys(of: .serving))
    }
  }

  @Test func revocationsAreListedAndWithoutALeaseThereIsNone() async throws {
    let revocation = try serving.house.revocation()
    _ = try await serving.revoke(revocation)
    let page = try await revocations()
    #expect(page.items.map(\.payloadDigest) == [revocation.payloadDigest])
    #expect(page.next == nil && page.lease == nil)
  }

  /// Deploys; the digest of the promotion as the evidence names it.
  private func deployed() async throws -> Digest {
    try await serving.publish()
    try await serving.deploy(weights: serving.weights())
    return try #require(await newest("model_deployment"))
  }

  private func newest(_ event: String) async throws -> Digest? {
    let context = serving.plane.context
    let stored = try await context.database.read { try context.ledger.entries(from: 0, limit: 1000, in: $0) }
    let entries = try stored.compactMap { try StrictJSON.parse($0.bytes).object }
    return entries.last { $0["event"]?.string == event }?["attestation_digest"]?.string.flatMap { Digest($0) }
  }
}
