import Attestations
import FoundationEssentials
import Signing
import Testing

@testable import planectl

@Suite struct KeyRingTests {
  let test: TestHome

  init() throws { test = try TestHome() }

  private func chosen(_ roles: [Role], named name: String? = nil) throws -> String {
    try test.ring.identity(named: name, holding: roles, for: "approval.sign").principal.id.text
  }

  @Test func theOnlyKeyThatMayIsTaken() throws {
    #expect(try chosen([.deployer]) == "ci")
    #expect(try chosen([.submitter]) == "trainer")
  }

  @Test func whoOnlyAsksNeedNotAskAsAnApprover() throws {
    #expect(try chosen([.approver, .deployer, .monitor, .reader]) == "bridge")
  }

  @Test func twoKeysThatMayAreAnErrorThatNamesBoth() throws {
    let failure = try #require(throws: Failure.self) { try chosen([.approver]) }
    #expect(failure.status == .refused && failure.message.contains("alice") && failure.message.contains("bob"))
    #expect(try chosen([.approver], named: "bob") == "bob")
  }

  @Test func aNamedKeyWithAnotherRoleIsRefusedAndTheOthersListed() throws {
    let failure = try #require(throws: Failure.self) { try chosen([.approver], named: "ci") }
    #expect(failure.message.contains("deployer") && failure.hint?.contains("alice (approver)") == true)
  }

  @Test(arguments: ["mallory", "Ci", "", "root", "training-plane"])
  func aNameWithoutAKeyAtHandIsRefused(name: String) {
    #expect(throws: Failure.self) { try chosen([.approver, .training], named: name) }
  }

  @Test func anUnknownNameIsQuoted() throws {
    let failure = try #require(throws: Failure.self) { try chosen([.approver], named: "nobody") }
    #expect(failure.message == #"the trust root knows no "nobody""#)
  }

  @Test func aStrangersKeyIsNobodys() throws {
    let stranger = try SecretKey.generate()
    try KeyFile.create(stranger, path: "\(test.home.keys)/mallory.pem")
    #expect(test.ring.entries.count == 6, "alice, bob, trainer, ci, metrics, bridge")
  }

  @Test func aSecretKeyOfAnotherBesidesMyPublicKeyDoesNotSignForMe() throws {
    try FileManager.default.removeItem(atPath: "\(test.home.keys)/ci.pem")
    try KeyFile.create(try SecretKey.generate(), path: "\(test.home.keys)/ci.pem")
    #expect(throws: Failure.self) { try chosen([.deployer]) }
  }

  @Test func aSecretKeyThatOthersCanReadIsRefused() throws {
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: "\(test.home.keys)/ci.pem")
    #expect(throws: KeyError.self) { try chosen([.deployer]) }
  }

  @Test func aKeyWithoutItsPublicHalfIsFoundAllTheSame() throws {
    try FileManager.default.removeItem(atPath: "\(test.home.keys)/ci.pub.pem")
    #expect(try chosen([.deployer]) == "ci")
  }
}
