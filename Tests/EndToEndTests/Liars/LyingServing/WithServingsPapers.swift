import Attestations
import Bundles
import MerkleLog
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// The papers: what it signs about its own deployments, before a verifier who has nothing but the root's digest.
extension LyingServingPlaneTests {
  @Test("A promotion of a model that one person has signed for is no paper of an approved one")
  func unapprovedModel() async throws {
    let papers = try await papers(of: stage.steady)
    let real = papers.bundle.approval
    let alone = UnverifiedEnvelope(
      payloadType: real.payloadType, payload: real.payload, signatures: [real.signatures[0], real.signatures[2]])
    let one = try await verify(papers.with(approval: alone))
    #expect(one.code == 1 && one.failed.isSuperset(of: ["gate_quorum"]), "\(one)")

    let other = planes.approval(of: stage.steady, environments: ["production"])
    let own = try UnverifiedEnvelope(attesting: other, by: [attacker.key])
    let forged = try await verify(
      papers.with(approval: own, promotion: papers.promotion(environment: "production", approval: own.payloadDigest)))
    #expect(forged.code == 5 && forged.failed.contains("approval"), "\(forged)")
  }

  @Test("A promotion that its log does not tell of is none, whatever it says")
  func unloggedDeployment() async throws {
    let papers = try await papers(of: stage.steady)
    let promotions = [
      try papers.promotion(environment: "vault"), try papers.promotion(weights: Digest(hashing: [6])),
      try papers.promotion(intent: "\(papers.bundle.evidence.last?.origin ?? "")#999"),
    ]
    for promotion in promotions {
      let verdict = try await verify(papers.with(promotion: promotion))
      #expect(verdict.code == 5 && verdict.failed == ["evidence_entries"], "\(verdict)")
    }
  }

  @Test(
    "A log that it makes up for a verifier has no witness, also not one that it plays itself",
    arguments: [nil, "governance-plane", "serving-plane"])
  func ownLog(_ witness: String?) async throws {
    let papers = try await papers(of: stage.steady)
    let root = papers.bundle.trustRoots[0].payloadDigest
    let origin = EvidenceOrigin(rootDigest: root, plane: "serving-plane")
    let promotion = try papers.promotion(intent: "\(origin)#0")
    let entries = papers.entries(about: promotion).enumerated().map { index, entry in
      EvidenceEntry(index: index, time: .now(), event: entry.event, data: [:], attestation: entry.attestation).bytes
    }
    let log = PretendLog(of: origin, entries: entries, signedBy: papers.key)
    var head = try log.head(log.size)
    if let witness {
      let name = EvidenceOrigin(rootDigest: root, plane: witness).description
      head = head.cosigned(try Cosignature(of: head, by: name, with: papers.key, time: 1_795_000_000))
    }
    let verdict = try await verify(papers.with(promotion: promotion, evidence: papers.evidence(in: log, under: head)))
    #expect(verdict.code == 5 && verdict.failed == ["evidence_witnesses"], "\(verdict)")
  }

  @Test("A false deployment that it really writes into its log, and governance cosigns, is no approved one")
  func cosignedLie() async throws {
    let papers = try await papers(of: stage.steady)
    let stolen = try await StolenLog(of: .serving, on: planes)
    let intent = "\(stolen.origin)#\(stolen.size)"
    let lie = try papers.promotion(environment: "vault", intent: intent)
    let log = stolen.grown(by: papers.entries(about: lie))
    let receipt = try await stolen.show(log.head(log.size), log.consistencyProof(from: stolen.size, to: log.size))
    let head = try log.head(log.size).adding(try #require(receipt.cosignature))
    let verdict = try await verify(papers.with(promotion: lie, evidence: papers.evidence(in: log, under: head)))
    #expect(verdict.code == 5 && verdict.failed == ["promotion"], "\(verdict)")
    try await stage.settle(.serving)
  }

  @Test("A lease that it signs itself says nothing about revocations")
  func ownLease() async throws {
    let papers = try await papers(of: stage.steady)
    let real = try Statement<Lease>.parse(try #require(papers.bundle.lease).payload)
    let own = try UnverifiedEnvelope(attesting: real, by: [attacker.key])
    let verdict = try await verify(papers.with(lease: own))
    #expect(verdict.failed.contains("lease") && verdict.code == 5, "\(verdict)")
  }

  @Test("A revocation that is left out of the papers is missed by the lease that counts it")
  func omittedRevocation() async throws {
    try await stage.revokeSomething()
    let papers = try await papers(of: stage.steady)
    try #require(!papers.bundle.revocations.isEmpty)
    let verdict = try await verify(papers.with(revocations: papers.bundle.revocations.dropLast()))
    #expect(verdict.code == 5 && verdict.failed == ["revocations"], "\(verdict)")
  }
}
