import Attestations
import Foundation
import MerkleLog
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// What an auditor gets who has nothing but the trust root: entries, signed heads, and proofs that the one is in the other.
@Suite("Proofs from the planes' logs", .serialized, .runningPlanes)
struct LedgerProofTests {
  static let sockets: [Role: SocketName] = [.training: .submit, .governance: .governanceRead, .serving: .servingRead]

  let stage: Stage
  var planes: DaemonFixture { stage.planes }

  init() throws { stage = try Stage() }

  private func ask<B: Body>(_ question: LedgerGet, of plane: Role, as type: B.Type = B.self) async throws -> B {
    try B(await stage.caller("bridge").ask(.ledgerGet, question, on: #require(Self.sockets[plane])))
  }

  private func origin(_ plane: Role) -> String {
    EvidenceOrigin(rootDigest: planes.home.root.originDigest, plane: plane.planeName).description
  }

  private func verified(_ note: UnverifiedNote, _ plane: Role) throws -> Checkpoint {
    try note.checkpoint(of: origin(plane), signedBy: planes.home.root.keysEver(of: plane)).checkpoint
  }

  @Test("Every entry of every plane is proved to be in the signed log", arguments: PlanesHome.planes)
  func everyEntry(_ plane: Role) async throws {
    let page: LedgerEntries = try await ask(.entries(from: 0, limit: 500), of: plane)
    #expect(page.entries.count > 2)
    for (index, entry) in page.entries.enumerated() {
      let proof: LedgerProof = try await ask(.proof(index: index, size: nil), of: plane)
      #expect(proof.entry.serialized() == entry.serialized())
      let text = try #require(proof.text)
      let head = try text.checkpoint(
        of: origin(plane), signedBy: planes.home.root.keysEver(of: plane), for: entry.serialized())
      #expect(head.checkpoint.size == proof.proof.size && head.checkpoint.root == proof.root)
      #expect(throws: ProofError.self, "not another entry's") {
        try text.checkpoint(
          of: origin(plane), signedBy: planes.home.root.keysEver(of: plane), for: entry.serialized() + [0x20])
      }
    }
  }

  @Test("Every earlier size is proved to be the beginning of the log", arguments: PlanesHome.planes)
  func everySize(_ plane: Role) async throws {
    let page: LedgerEntries = try await ask(.entries(from: 0, limit: 500), of: plane)
    var frontier = MerkleFrontier()
    for entry in page.entries {
      let answer: LedgerConsistency = try await ask(.consistency(from: frontier.size, size: nil), of: plane)
      let head = try verified(answer.checkpoint, plane)
      try answer.proof.check(from: frontier.root, to: head.root)
      frontier.append(MerkleHash.leaf(entry.serialized()))
    }
    let answer: LedgerHead = try await ask(.head, of: plane)
    #expect(try verified(answer.checkpoint, plane).size >= frontier.size)
  }

  @Test("A log only grows across a sudden death", arguments: PlanesHome.planes)
  func acrossAKill(_ plane: Role) async throws {
    let before: LedgerHead = try await ask(.head, of: plane)
    let old = try verified(before.checkpoint, plane)
    try await planes.kill(plane)
    try await planes.start(plane)
    let answer: LedgerConsistency = try await ask(.consistency(from: old.size, size: nil), of: plane)
    let new = try verified(answer.checkpoint, plane)
    #expect(new.size > old.size)
    try answer.proof.check(from: old.root, to: new.root)
  }

  @Test("What no log has is not found, and questions that say two things are none")
  func questionsWithoutAnswer() async throws {
    let bridge = try stage.caller("bridge")
    for question in [
      LedgerGet.proof(index: 1_000_000, size: nil), .proof(index: 0, size: 1_000_000),
      .consistency(from: 1_000_000, size: nil), .consistency(from: 3, size: 2), .proof(index: 2, size: 2),
    ] {
      try await expectRefused(.notFound) { try await bridge.ask(.ledgerGet, question, on: .servingRead) }
    }
    let bodies: [JSONObject] = [
      [:], ["from": 0, "prove": 0], ["checkpoint": false], ["checkpoint": true, "size": 1], ["prove": -1],
      ["consistent_from": 1, "limit": 1], ["from": 0, "size": 1], ["prove": 0, "size": "2"],
    ]
    for body in bodies {
      try await expectRefused(.invalidRequest) { try await bridge.ask(.ledgerGet, body, on: .servingRead) }
    }
    let small: LedgerProof = try await ask(.proof(index: 0, size: 2), of: .serving)
    #expect(small.text == nil && small.proof.hashes.count == 1)
  }
}
