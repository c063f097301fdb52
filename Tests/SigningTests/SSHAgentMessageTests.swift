import Testing

@testable import Signing

@Suite struct SSHAgentMessageTests {
  private static func identities(_ blobs: [[UInt8]], count: Int? = nil) -> [UInt8] {
    var writer = SSHWriter()
    writer.byte(12)
    writer.uint32(count ?? blobs.count)
    for blob in blobs {
      writer.string(blob)
      writer.string(Array("a comment".utf8))
    }
    return writer.bytes
  }

  private static func signed(_ blob: [UInt8]) -> [UInt8] {
    var writer = SSHWriter()
    writer.byte(14)
    writer.string(blob)
    return writer.bytes
  }

  @Test func onlyEd25519KeysAreTaken() throws {
    let key = try SecretKey.generate().publicKey
    var rsa = SSHWriter()
    rsa.string(Array("ssh-rsa".utf8))
    rsa.string([1, 2, 3])
    #expect(try SSHAgentMessage.keys(in: Self.identities([rsa.bytes, key.sshBlob])) == [key])
    #expect(try SSHAgentMessage.keys(in: Self.identities([])).isEmpty)
  }

  @Test func aListThatPromisesMoreThanItHoldsIsMalformed() throws {
    let key = try SecretKey.generate().publicKey
    for answer in [
      [], [12], [12, 0, 0], Self.identities([key.sshBlob], count: 2),
      Self.identities([key.sshBlob], count: 0xffff_ffff),
      Self.identities([key.sshBlob]) + [0], Self.signed([]),
    ] {
      #expect(throws: SSHAgentFault.malformed) { try SSHAgentMessage.keys(in: answer) }
    }
  }

  @Test func aRefusalIsTold() {
    #expect(throws: SSHAgentFault.refused) { try SSHAgentMessage.keys(in: [5]) }
    #expect(throws: SSHAgentFault.refused) { try SSHAgentMessage.signature(in: [5]) }
  }

  @Test func aSignatureIsReadBackAndThoseOfOtherAlgorithmsAreNot() throws {
    let bytes = [UInt8](repeating: 7, count: 64)
    #expect(try SSHAgentMessage.signature(in: Self.signed(SSHKey.encode(bytes))).bytes == bytes)
    var other = SSHWriter()
    other.string(Array("rsa-sha2-256".utf8))
    other.string(bytes)
    for blob in [other.bytes, SSHKey.encode(Array(bytes.dropLast())), SSHKey.encode(bytes) + [0], []] {
      #expect(throws: SSHAgentFault.malformed) { try SSHAgentMessage.signature(in: Self.signed(blob)) }
    }
  }

  @Test func whatTheAgentIsAskedToSignIsTheTypedMessage() throws {
    let key = try SecretKey.generate().publicKey
    let encoding = PreAuthenticationEncoding(payloadType: "text/plain", payload: [1, 2])
    var reader = SSHReader(SSHAgentMessage.sign(encoding, by: key))
    #expect(reader.byte() == 13 && reader.string() == key.sshBlob && reader.string() == encoding.bytes)
    #expect(reader.uint32() == 0 && reader.isAtEnd)
    let hash = NandaRecordHash(canonicalJSON: [1])
    reader = SSHReader(SSHAgentMessage.sign(hash, by: key))
    #expect(reader.byte() == 13 && reader.string() == key.sshBlob && reader.string() == Array(hash.digest.hex.utf8))
  }
}
