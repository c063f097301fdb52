import Attestations
import Signing
import Testing
import Wire

@testable import planectl

@Suite struct EnrolledKeyTests {
  let scratch: ScratchFolder
  let key: SecretKey
  private let bob = PrincipalID(checked: "bob")

  init() throws {
    scratch = try ScratchFolder()
    key = try SecretKey.generate()
  }

  private func proof(of name: String, signedBy signer: SecretKey? = nil) throws -> String {
    let proof = KeyProof(principal: PrincipalID(checked: name), publicKey: key.publicKey, provedAt: .now().wholeSeconds)
    return String(decoding: try proof.signed(by: signer ?? key).serialized, as: UTF8.self)
  }

  private func read(_ text: String) throws -> PublicKey {
    try scratch.write(text, to: "key")
    return try EnrolledKey.read("\(scratch.path)/key", of: bob)
  }

  @Test func aProofOfAnothersNameEnrolsNothing() throws {
    let failure = try #require(throws: Failure.self) { try read(proof(of: "mallory")) }
    #expect(failure.status == .unverified && failure.message.contains("the proof of mallory, not of bob"))
  }

  @Test func aProofThatAnotherKeySignedEnrolsNothing() throws {
    let failure = try #require(throws: Failure.self) { try read(proof(of: "bob", signedBy: .generate())) }
    #expect(failure.status == .unverified && failure.message.contains("proves nothing"))
  }

  @Test(arguments: ["{}", "{", "", "a key", "-----BEGIN PUBLIC KEY-----"]) func whatIsNoKeyIsRefused(text: String) {
    #expect(throws: (any Error).self) { try read(text) }
  }

  @Test func aProofAndBothFormsOfABareKeyAreRead() throws {
    for text in [try proof(of: "bob"), key.publicKey.pem, key.publicKey.sshLine(comment: "bob@desk")] {
      #expect(try read(text) == key.publicKey)
    }
  }
}
