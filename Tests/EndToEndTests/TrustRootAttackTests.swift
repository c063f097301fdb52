import Attestations
import Foundation
import Glibc
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// No plane starts on a trust root that breaks a rule, though root's own key signed it and the config pins it.
@Suite("Trust roots that no plane loads")
struct TrustRootAttackTests {
  @Test("The trainer's person as an approver's", arguments: PlanesHome.planes)
  func trainersPerson(_ plane: Role) async throws {
    let home = try await PlanesHome()
    try home.replaceRoot { $0.replacing("\"person\":\"trainer\"", with: "\"person\":\"alice\"") }
    try await home.expectRefusedStart(of: plane, saying: "person alice: holds both")
  }

  @Test("One key under two names")
  func oneKeyTwice() async throws {
    let home = try await PlanesHome()
    let (alice, bob) = (try home.key("alice").publicKey.hex, try home.key("bob").publicKey.hex)
    try home.replaceRoot { $0.replacing(bob, with: alice) }
    try await home.expectRefusedStart(of: .serving, saying: "already belongs to")
  }

  @Test("One key twice under one name")
  func oneKeyTwiceUnderOneName() async throws {
    let home = try await PlanesHome()
    let bob = try home.key("bob").publicKey.hex
    try home.replaceRoot { $0.replacing("[\"\(bob)\"]", with: "[\"\(bob)\",\"\(bob)\"]") }
    try await home.expectRefusedStart(of: .governance, saying: "already belongs to")
  }

  @Test("A key of small order, for which everybody can sign")
  func smallOrderKey() async throws {
    let home = try await PlanesHome()
    let bob = try home.key("bob").publicKey.hex
    let everybodys = "01" + String(repeating: "0", count: 62)
    try home.replaceRoot { $0.replacing(bob, with: everybodys) }
    try await home.expectRefusedStart(of: .governance, saying: "keys")
  }

  @Test(
    "A root that was exchanged without its pin: another version 1, signed by root itself", arguments: PlanesHome.planes)
  func notPinned(_ plane: Role) async throws {
    let home = try await PlanesHome()
    try home.replaceRoot(repin: false) {
      $0.replacing("\"required_approvers\":2", with: "\"required_approvers\":1")
    }
    try await home.expectRefusedStart(of: plane, saying: "is pinned")
  }

  @Test("A root edited after it was signed, though the pin was edited too")
  func edited() async throws {
    let home = try await PlanesHome()
    let honest = home.root.envelope
    let payload = Array(
      String(decoding: honest.payload, as: UTF8.self)
        .replacing("\"required_approvers\":2", with: "\"required_approvers\":1").utf8)
    let edited = UnverifiedEnvelope(payloadType: honest.payloadType, payload: payload, signatures: honest.signatures)
    try home.writeRoot(edited.serialized)
    try home.editConfig(of: .serving) { $0.replacing("\(home.root.digest)", with: "\(edited.payloadDigest)") }
    try await home.expectRefusedStart(of: .serving, saying: "no signature verifies")
  }

  @Test("A root that somebody else signed")
  func notSigned() async throws {
    let home = try await PlanesHome()
    try home.replaceRoot(signer: try SecretKey.generate()) { $0 }
    try await home.expectRefusedStart(of: .governance, saying: "trust root")
  }

  @Test("Another plane's key")
  func otherPlanesKey() async throws {
    let home = try await PlanesHome()
    try home.editConfig(of: .serving) { $0.replacing("key: plane.pem", with: "key: ../governance-plane/plane.pem") }
    try await home.expectRefusedStart(of: .serving, saying: "not this plane's key")
  }

  @Test("A key that others may read", arguments: PlanesHome.planes)
  func readableKey(_ plane: Role) async throws {
    let home = try await PlanesHome()
    let key = "\(home.path)/\(plane.planeName)/plane.pem"
    try #require(chmod(key, 0o644) == 0)
    try await home.expectRefusedStart(of: plane, saying: "chmod 600")
    try #require(chmod(key, 0o600) == 0)
  }

  @Test("Under an expired root nothing is approved or allowed, every plane says why, and revoking still works")
  func expired() async throws {
    let home = try await PlanesHome()
    let ended = Timestamp.now().adding(seconds: -60).attestationText
    try home.replaceRoot {
      $0.replacing(
        "\"expires_at\":\"\(home.root.root.expiresAt.attestationText)\"", with: "\"expires_at\":\"\(ended)\""
      )
      .replacing(
        "\"issued_at\":\"\(home.root.root.issuedAt.attestationText)\"",
        with: "\"issued_at\":\"2026-01-01T00:00:00+00:00\"")
    }
    let planes = try await DaemonFixture(on: home)
    for plane in PlanesHome.planes {
      #expect(try await home.caller("bridge").status(of: plane).health.contains("expired"))
    }
    let job = try planes.job("late")
    let receipt = try await home.caller("trainer").submit(job.result)
    let model = TrainedModel(result: job.result, weights: job.weights, path: job.path, receipt: receipt)
    let (alice, ci) = (try home.caller("alice"), try home.caller("ci"))
    let approval = planes.approval(of: model)
    try await pollUntil("governance refuses to approve") {
      let refusal = try await #require(throws: Refusal.self) { _ = try await alice.propose(approval) }
      return refusal.code == .policyFailed && refusal.message.contains("expired")
    }
    let verdict = try await ci.authorize(model.id, weights: model.weightsHash)
    #expect(verdict.failures["trust"]?.contains("expired") == true, "\(verdict.failures)")
    for door in [SocketName.approve, .revoke] {
      #expect(try await alice.revoke(planes.revocation(of: approval), on: door).isEmpty)
    }
  }
}
