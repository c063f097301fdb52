import Signing
import Testing

@Suite struct TypedSigningTests {
  @Test func thePreAuthenticationEncodingOfDSSE() {
    let encoding = PreAuthenticationEncoding(
      payloadType: "http://example.com/HelloWorld", payload: Array("hello world".utf8))
    #expect(String(decoding: encoding.bytes, as: UTF8.self) == "DSSEv1 29 http://example.com/HelloWorld 11 hello world")
  }

  @Test func lengthsAreOfBytesNotOfCharacters() {
    let encoding = PreAuthenticationEncoding(payloadType: "é", payload: Array("世界".utf8))
    #expect(encoding.bytes == Array("DSSEv1 2 é 6 世界".utf8))
  }

  /// Without the lengths these two would be one text.
  @Test func aSpaceMovedFromTypeToPayloadIsAnotherMessage() throws {
    let key = try SecretKey.seeded(1)
    let signed = PreAuthenticationEncoding(payloadType: "a b", payload: Array("c".utf8))
    let moved = PreAuthenticationEncoding(payloadType: "a", payload: Array("b c".utf8))
    let signature = try key.sign(signed)
    #expect(key.publicKey.verifies(signature, over: signed))
    #expect(!key.publicKey.verifies(signature, over: moved))
  }

  @Test func aSignatureForOnePayloadTypeIsNoneForAnother() throws {
    let key = try SecretKey.seeded(1)
    let signature = try key.sign(PreAuthenticationEncoding.hello("application/vnd.in-toto+json"))
    #expect(!key.publicKey.verifies(signature, over: .hello("application/vnd.nanda.plane-message+json")))
  }

  @Test func aRecordsSignatureIsNoEnvelopesSignature() throws {
    let key = try SecretKey.seeded(1)
    let hash = NandaRecordHash(canonicalJSON: Array("{}".utf8))
    let signature = try key.sign(hash)
    let sameBytes = PreAuthenticationEncoding(payloadType: "", payload: Array(hash.digest.hex.utf8))
    #expect(key.publicKey.verifies(signature, over: hash))
    #expect(!key.publicKey.verifies(signature, over: sameBytes))
    #expect(!key.publicKey.verifies(try key.sign(sameBytes), over: hash))
  }

  @Test func anotherKeyDidNotSign() throws {
    let signature = try SecretKey.seeded(1).sign(PreAuthenticationEncoding.hello())
    #expect(try !SecretKey.seeded(2).publicKey.verifies(signature, over: .hello()))
  }

  @Test func everyFlippedBitOfASignatureBreaksIt() throws {
    let key = try SecretKey.seeded(1)
    let signature = try key.sign(PreAuthenticationEncoding.hello())
    for bit in 0..<Signature.byteCount * 8 {
      var bytes = signature.bytes
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      let altered = try #require(Signature(bytes: bytes))
      #expect(!key.publicKey.verifies(altered, over: .hello()), "bit \(bit)")
    }
  }

  @Test(arguments: [0, 1, 32, 63, 65, 128]) func aSignatureHasExactly64Bytes(count: Int) {
    #expect(Signature(bytes: [UInt8](repeating: 1, count: count)) == nil)
    #expect(Signature(hex: String(repeating: "01", count: count)) == nil)
  }

  @Test func aKeyIDIsTheDigestOfTheRawKey() throws {
    let key = try SecretKey.seeded(1).publicKey
    #expect(key.keyID == Digest(hashing: key.bytes).hex)
  }

  @Test func aSeedIsWipedFromItsCaller() throws {
    var seed = [UInt8](repeating: 7, count: 32)
    _ = try SecretKey(seed: &seed)
    #expect(seed == [UInt8](repeating: 0, count: 32))
  }

  @Test(arguments: [0, 31, 33, 64]) func aSeedOfAnotherLengthIsRefused(count: Int) {
    var seed = [UInt8](repeating: 7, count: count)
    #expect(throws: KeyError.self) { try SecretKey(seed: &seed) }
  }
}
