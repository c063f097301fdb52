import Attestations
import Bundles
import MerkleLog
import Signing
import TestSupport
import Testing
import Wire

@testable import AgentFacts

/// The entry of governance's log that holds an approval: what is not proven is not told.
@Suite struct ApprovalEvidenceTests {
  private let house: ModelHouse

  init() throws { house = try ModelHouse() }

  /// A log of two entries, the second of which is about an approval, with its proof.
  private func evidence(
    event: EvidenceEvent = .modelApproved, about digest: Digest? = nil, index: Int = 1,
    of plane: String = "governance-plane",
    signedBy signer: String = "governance-plane", altered: Bool = false
  ) throws -> BundledEvidence {
    let origin = EvidenceOrigin(rootDigest: house.house.root.originDigest, plane: plane)
    let entry = EvidenceEntry(
      index: index, time: ModelHouse.noon, event: event, data: ["model_id": "m"],
      attestation: digest ?? house.approval.held.digest
    ).bytes
    let first = MerkleHash.leaf([1])
    var tree = MerkleFrontier()
    for leaf in [first, MerkleHash.leaf(altered ? [2] : entry)] { tree.append(leaf) }
    let checkpoint = try #require(Checkpoint(origin: origin.description, size: 2, root: tree.root))
    let head = try VerifiedCheckpoint(signing: checkpoint, with: house.house.key(signer))
    let proof = TlogProof(InclusionProof(index: 1, size: 2, hashes: [first]), checkpoint: head)
    return BundledEvidence(
      origin: origin.description, entry: String(decoding: entry, as: UTF8.self), proof: proof.description)
  }

  private func check(_ evidence: BundledEvidence) throws -> ApprovalEvidence {
    try ApprovalEvidence(evidence, of: house.approval.approval, root: house.house.root)
  }

  @Test func anEntryThatIsNotInTheLogIsRefused() throws {
    let evidence = try evidence(altered: true)
    #expect(throws: ProofError.self) { try check(evidence) }
  }

  @Test func anEntryAtAnotherPlaceThanItSaysIsRefused() throws {
    let evidence = try evidence(index: 0)
    #expect(throws: ProofError.self) { try check(evidence) }
  }

  @Test func anEntryAboutAnotherApprovalOrEventIsRefused() throws {
    let (other, signed) = (try evidence(about: Digest(hashing: [1])), try evidence(event: .approvalSigned))
    #expect(throws: FieldError.self) { try check(other) }
    #expect(throws: FieldError.self) { try check(signed) }
  }

  @Test func anotherPlanesLogIsRefused() throws {
    let evidence = try evidence(of: "serving-plane", signedBy: "serving-plane")
    #expect(throws: FieldError.self) { try check(evidence) }
  }

  @Test func aCheckpointThatGovernanceHasNotSignedIsRefused() throws {
    let evidence = try evidence(signedBy: "serving-plane")
    #expect(throws: NoteError.self) { try check(evidence) }
  }

  @Test func whatIsProvenIsToldWithItsProof() throws {
    let given = try evidence()
    let evidence = try check(given)
    let facts = try house.governed([house.decision()], evidence: evidence).facts(
      in: house.registry, at: ModelHouse.noon)
    let told = facts.governance["log_proof"]?.object
    #expect(told?["id"] == .string("\(given.origin)#1"))
    #expect(told?["entry"] == .string(given.entry) && told?["proof"] == .string(given.proof))
    #expect(facts.evaluations?.auditTrail == evidence.id)
  }
}
