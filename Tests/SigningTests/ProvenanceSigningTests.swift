import TestSupport
import Testing

@testable import Signing

@Suite struct ProvenanceSigningTests {
  let provenance = CanonicalProvenance(canonicalJSON: Array(#"{"model_id":"m"}"#.utf8))

  @Test func whatIsSignedIsTheDomainAndTheDigest() throws {
    #expect(
      String(decoding: provenance.signedBytes, as: UTF8.self) == "nanda-model-provenance-v1\n\(provenance.digest.hex)")
    let key = try SecretKey.seeded(1)
    #expect(key.publicKey.verifies(try key.sign(provenance), over: provenance))
  }

  @Test func aProvenancesSignatureIsNoOtherSignatureAndNoOtherIsIt() throws {
    let key = try SecretKey.seeded(1)
    let record = NandaRecordHash(canonicalJSON: Array(#"{"model_id":"m"}"#.utf8))
    let encoding = PreAuthenticationEncoding(payloadType: "", payload: provenance.signedBytes)
    #expect(record.digest == provenance.digest)
    #expect(!key.publicKey.verifies(try key.sign(provenance), over: record))
    #expect(!key.publicKey.verifies(try key.sign(provenance), over: encoding))
    #expect(!key.publicKey.verifies(try key.sign(record), over: provenance))
    #expect(!key.publicKey.verifies(try key.sign(encoding), over: provenance))
  }

  @Test func anotherProvenanceWasNotSigned() throws {
    let key = try SecretKey.seeded(1)
    let other = CanonicalProvenance(canonicalJSON: Array(#"{"model_id":"n"}"#.utf8))
    #expect(!key.publicKey.verifies(try key.sign(other), over: provenance))
  }

  /// The test cases of RFC 4231 that have no truncation: 1, 2, 3 and 6.
  @Test(arguments: [
    (
      [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
    ),
    (
      [UInt8](repeating: 0xaa, count: 131), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
  ]) func theVectorsOfRFC4231(secret: [UInt8], message: [UInt8], hex: String) throws {
    var bytes = secret
    let shared = try SharedSecret(bytes: &bytes)
    #expect(bytes.allSatisfy { $0 == 0 })
    #expect(Hex.encode(shared.code(over: message)) == hex)
    #expect(shared.verifies(try #require(Hex.decode(hex)), over: message))
    #expect(!shared.verifies(try #require(Hex.decode(hex)), over: message + [0]))
    #expect(!shared.verifies([], over: message))
  }

  @Test func aSecretFileIsGuardedAndItsLastNewlineIsNotTheSecrets() throws {
    let scratch = try ScratchDirectory()
    var bytes = Array("shared-secret".utf8)
    let expected = try SharedSecret(bytes: &bytes).authenticate(provenance)
    try scratch.write("shared-secret\n", to: "secret")
    try scratch.setMode(0o600, of: "secret")
    #expect(try KeyFile.loadSharedSecret(path: scratch.path("secret")).verifies(expected, over: provenance))
    try scratch.setMode(0o640, of: "secret")
    #expect(throws: KeyError.self) { try KeyFile.loadSharedSecret(path: scratch.path("secret")) }
    try scratch.write("\n", to: "empty")
    try scratch.setMode(0o600, of: "empty")
    #expect(throws: KeyError.self) { try KeyFile.loadSharedSecret(path: scratch.path("empty")) }
  }
}

@Suite struct StreamedHashTests {
  @Test func blake2bOfPiecesIsPythons() throws {
    let message = (0..<300).map { UInt8(truncatingIfNeeded: $0) }
    let answers = try Python.run(
      "import hashlib, sys\nfor line in sys.stdin: print(hashlib.blake2b(bytes.fromhex(line)).hexdigest())",
      (0..<message.count).map { Hex.encode(Array(message[..<$0])) })
    try #require(answers.count == message.count)
    for (count, answer) in answers.enumerated() {
      let hash = BLAKE2b()
      let (head, tail) = (Array(message[..<(count / 2)]), Array(message[(count / 2)..<count]))
      hash.update(head.span)
      hash.update(tail.span)
      #expect(Hex.encode(hash.finish()) == answer, "\(count) bytes")
    }
  }

  @Test func aRunningDigestIsThatOfTheWhole() {
    let message = Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8)
    for cut in 0...message.count {
      var running = RunningDigest()
      running.update(Array(message[..<cut]))
      running.update(Array(message[cut...]))
      #expect(running.finish() == Digest(hashing: message))
    }
  }

  @Test func onlyLowercaseHexOfTheRightLengthIsADigest() {
    for algorithm in HashAlgorithm.allCases {
      let hex = String(repeating: "ab", count: algorithm.byteCount)
      #expect(algorithm.writes(hex))
      for other in [
        hex.uppercased(), "sha256:" + hex, hex + "ab", String(hex.dropLast(2)), String(hex.dropLast()) + "g", "",
      ] {
        #expect(!algorithm.writes(other), "\(other)")
      }
    }
  }
}
