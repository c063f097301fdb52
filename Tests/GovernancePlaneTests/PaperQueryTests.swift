import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@testable import GovernancePlane

/// What governance hands to whoever gathers the papers of an approval.
@Suite struct PaperQueryTests {
  let governance: Governance
  let output: UnverifiedEnvelope

  init() async throws {
    governance = try await Governance()
    output = try await governance.publish()
  }

  private func attestation(_ digest: Digest, as reader: String = "bridge") async throws -> UnverifiedEnvelope {
    let body = AttestationGet(digest: digest)
    let answer = try await governance.plane.send(.attestationGet, body, as: reader, on: .governanceRead)
    return try FoundAttestation(answer).attestation
  }

  private func revocations(after: Digest? = nil, limit: Int = 500) async throws -> RevocationPage {
    let body = RevocationList(after: after, limit: limit)
    return try RevocationPage(await governance.plane.send(.revocationList, body, as: "bridge", on: .governanceRead))
  }

  @Test func anUnknownDigestIsNotFound() async throws {
    let refusal = try await refusal { _ = try await attestation(Digest(hashing: [1])) }
    #expect(refusal?.code == .notFound)
  }

  @Test func submittersReadNoPapers() async throws {
    let refusal = try await refusal { _ = try await attestation(output.payloadDigest, as: "trainer") }
    #expect(refusal?.code == .forbidden)
  }

  @Test func anAttestationThatWasSwappedInItsTableIsNotHandedOut() async throws {
    let other = try governance.house.trainingOutput(TestHouse.result(weights: "others"))
    try await governance.plane.tamper("UPDATE training_output SET envelope = ?", [other.serialized.data])
    let refusal = try await refusal { _ = try await attestation(output.payloadDigest) }
    #expect(refusal?.code == .internal)
  }

  @Test func outputsApprovalsWithEverySignatureAndRevocationsAreFound() async throws {
    let approval = TestHouse.approval(of: output)
    try await governance.propose(approval)
    let revocation = try governance.house.revocation()
    try await governance.revoke(revocation)
    #expect(try await attestation(output.payloadDigest) == output)
    let found = try await attestation(Governance.digest(approval))
    #expect(found.signatures.count == 2, "alice's and governance's")
    #expect(try await attestation(revocation.payloadDigest).payload == revocation.payload)
  }

  @Test func revocationsComeInTheOrderOfTheChainWithALeaseOverAllOfThem() async throws {
    #expect(try await revocations().items.isEmpty)
    for number in 0..<5 {
      try await governance.revoke(
        governance.house.revocation(of: TestHouse.result(model: "m\(number)", weights: "w\(number)")))
    }
    var (digests, after): ([Digest], Digest?) = ([], nil)
    var lease: UnverifiedEnvelope?
    repeat {
      let page = try await revocations(after: after, limit: 2)
      #expect(page.items.count <= 2 && (page.next == nil) == (page.lease != nil))
      digests += page.items.map(\.payloadDigest)
      (after, lease) = (page.next, page.lease)
    } while after != nil
    #expect(digests.count == 5 && digests == digests.sorted())
    let named = try #require(lease).attested(Lease.self, by: governance.house.root.keys(of: .governance))
    #expect(named.predicate.names(RevocationChain(digests)))
  }
}
