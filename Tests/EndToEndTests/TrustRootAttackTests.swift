import Attestations
import Foundation
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
    try replaceRoot(of: home) { $0.replacing("\"person\":\"trainer\"", with: "\"person\":\"alice\"") }
    try await expectRefusedStart(of: plane, on: home, saying: "person alice: holds both")
  }

  @Test("One key under two names")
  func oneKeyTwice() async throws {
    let home = try await PlanesHome()
    let (alice, bob) = (try home.key("alice").publicKey.hex, try home.key("bob").publicKey.hex)
    try replaceRoot(of: home) { $0.replacing(bob, with: alice) }
    try await expectRefusedStart(of: .serving, on: home, saying: "already belongs to")
  }

  @Test("A root that was exchanged without its pin")
  func notPinned() async throws {
    let home = try await PlanesHome()
    try replaceRoot(of: home, repin: false) {
      $0.replacing("\"required_approvers\":2", with: "\"required_approvers\":1")
    }
    try await expectRefusedStart(of: .serving, on: home, saying: "is pinned")
  }

  @Test("A root that somebody else signed")
  func notSigned() async throws {
    let home = try await PlanesHome()
    try replaceRoot(of: home, signer: try SecretKey.generate()) { $0 }
    try await expectRefusedStart(of: .governance, on: home, saying: "trust root")
  }

  @Test("Another plane's key")
  func otherPlanesKey() async throws {
    let home = try await PlanesHome()
    let config = try String(contentsOfFile: home.config(of: .serving), encoding: .utf8)
    try config.replacing("key: plane.pem", with: "key: ../governance-plane/plane.pem")
      .write(toFile: home.config(of: .serving), atomically: false, encoding: .utf8)
    try await expectRefusedStart(of: .serving, on: home, saying: "not this plane's key")
  }

  /// Writes another version 1 in the place of the home's, with all that it takes but honesty.
  private func replaceRoot(
    of home: PlanesHome, repin: Bool = true, signer: SecretKey? = nil, _ edit: (String) -> String
  ) throws {
    let honest = String(decoding: home.root.envelope.payload, as: UTF8.self)
    let payload = Array(edit(honest).utf8)
    let envelope = try UnverifiedEnvelope(signing: payload, as: .trustRoot, by: [try signer ?? home.key("root")])
    let path = "\(home.path)/trust/1.root.json"
    try String(decoding: envelope.serialized, as: UTF8.self).write(toFile: path, atomically: false, encoding: .utf8)
    guard repin else { return }
    for plane in PlanesHome.planes {
      let config = try String(contentsOfFile: home.config(of: plane), encoding: .utf8)
      try config.replacing("\(home.root.digest)", with: "\(envelope.payloadDigest)")
        .write(toFile: home.config(of: plane), atomically: false, encoding: .utf8)
    }
  }

  private func expectRefusedStart(
    of plane: Role, on home: PlanesHome, saying words: String, _ location: SourceLocation = #_sourceLocation
  ) async throws {
    let (code, log) = try await DaemonFixture.refusedStart(of: plane, on: home)
    #expect(code != 0, sourceLocation: location)
    #expect(log.contains(words), "\(log)", sourceLocation: location)
  }
}

extension StringProtocol {
  fileprivate func write(toFile path: String, atomically: Bool, encoding: String.Encoding) throws {
    try String(self).write(to: URL(fileURLWithPath: path), atomically: atomically, encoding: encoding)
  }
}
