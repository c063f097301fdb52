import Signing
import Testing
import Wire

@Suite struct EnvelopeVerificationTests {
  let keys: [PublicKey]

  init() throws { keys = try (1...3).map { try SecretKey.seeded($0).publicKey } }

  @Test func whoSignedIsKnownByTheirKeys() throws {
    let verified = try UnverifiedEnvelope.hello(by: 1, 3).verified(as: .statement, by: keys)
    #expect(verified.signers == [keys[0], keys[2]])
    #expect(verified.payload == Array("hello".utf8))
    #expect(verified.digest == Digest(hashing: Array("hello".utf8)))
  }

  @Test func anOutsidersSignatureProvesNothing() throws {
    #expect(throws: EnvelopeError.noValidSignature) {
      try UnverifiedEnvelope.hello(by: 9).verified(as: .statement, by: keys)
    }
    #expect(throws: EnvelopeError.noValidSignature) {
      try UnverifiedEnvelope.hello(by: 1).verified(as: .statement, by: [])
    }
  }

  @Test func noSignatureAndSeventeenSignaturesAreRefused() throws {
    let envelope = try UnverifiedEnvelope.hello(by: 1)
    for count in [0, 17] {
      let signatures = Array(repeating: envelope.signatures[0], count: count)
      #expect(throws: EnvelopeError.malformed("signatures must be 1 to 16")) {
        try envelope.with(signatures: signatures).verified(as: .statement, by: keys)
      }
    }
  }

  @Test func oneGoodSignatureAmongFifteenBadOnesIsFoundAndCountsAsOne() throws {
    let good = try UnverifiedEnvelope.hello(by: 2)
    let bad = try (10..<25).map { try UnverifiedEnvelope.hello(by: $0).signatures[0] }
    for place in [0, 7, 15] {
      var signatures = bad
      signatures.insert(good.signatures[0], at: place)
      let verified = try good.with(signatures: signatures).verified(as: .statement, by: keys)
      #expect(verified.signers == [keys[1]])
      #expect(verified.envelope.signatures == good.signatures)
    }
  }

  /// Upstream's quorum counted entries.
  @Test func oneKeyThatSignsTwiceCountsOnce() throws {
    let envelope = try UnverifiedEnvelope.hello(by: 1)
    let again = envelope.signatures[0]
    let renamed = EnvelopeSignature(keyID: keys[1].keyID, bytes: again.bytes)
    let nameless = EnvelopeSignature(keyID: "", bytes: again.bytes)
    for copy in [again, renamed, nameless] {
      let doubled = envelope.with(signatures: [again, copy])
      #expect(try doubled.verified(as: .statement, by: keys).signers == [keys[0]])
    }
  }

  @Test func aKeyThatIsAskedAboutTwiceCountsOnce() throws {
    let envelope = try UnverifiedEnvelope.hello(by: 1)
    let doubled = envelope.with(signatures: envelope.signatures + envelope.signatures)
    let verified = try doubled.verified(as: .statement, by: [keys[0], keys[1], keys[0]])
    #expect(verified.signers == [keys[0]])
  }

  @Test func aKeyIDThatLiesChangesNothing() throws {
    let envelope = try UnverifiedEnvelope.hello(by: 1, 2)
    let truth = try envelope.verified(as: .statement, by: keys)
    let lies = [
      ["", ""], ["0", String(repeating: "f", count: 64)], [keys[1].keyID, keys[0].keyID],
      [keys[2].keyID, keys[2].keyID],
    ]
    for keyIDs in lies {
      let relabelled = zip(keyIDs, envelope.signatures).map { EnvelopeSignature(keyID: $0, bytes: $1.bytes) }
      let verified = try envelope.with(signatures: relabelled).verified(as: .statement, by: keys)
      #expect(verified.signers == truth.signers)
      #expect(verified.envelope == truth.envelope)
    }
  }

  @Test func aKeyIDCannotBorrowAnothersSignature() throws {
    let outsider = try UnverifiedEnvelope.hello(by: 9)
    let claimed = EnvelopeSignature(keyID: keys[0].keyID, bytes: outsider.signatures[0].bytes)
    #expect(throws: EnvelopeError.noValidSignature) {
      try outsider.with(signatures: [claimed]).verified(as: .statement, by: keys)
    }
  }

  /// CVE-2022-35929 and its kin: a signature over one type is shown as one over another.
  @Test func aPayloadTypeThatWasSwappedIsRefused() throws {
    let envelope = try UnverifiedEnvelope.hello(by: 1)
    #expect(throws: EnvelopeError.wrongPayloadType(expected: .message, found: PayloadType.statement.rawValue)) {
      try envelope.verified(as: .message, by: keys)
    }
    let relabelled = envelope.with(payloadType: PayloadType.message.rawValue)
    #expect(throws: EnvelopeError.noValidSignature) { try relabelled.verified(as: .message, by: keys) }
  }

  @Test(arguments: [
    "application/vnd.in-toto+json ", "Application/vnd.in-toto+json", "application/vnd.in-toto+json; v=1", "",
  ])
  func aPayloadTypeThatIsAlmostRightIsRefused(type: String) throws {
    let envelope = try UnverifiedEnvelope.hello(by: 1).with(payloadType: type)
    #expect(throws: EnvelopeError.wrongPayloadType(expected: .statement, found: type)) {
      try envelope.verified(as: .statement, by: keys)
    }
  }

  @Test func aChangedPayloadIsRefused() throws {
    for payload in ["hellp", "hello ", "", "hello\u{0}"] {
      let altered = try UnverifiedEnvelope.hello(by: 1).with(payload: Array(payload.utf8))
      #expect(throws: EnvelopeError.noValidSignature) { try altered.verified(as: .statement, by: keys) }
    }
  }

  @Test func bytesThatAreNoSignatureAreSkipped() throws {
    let envelope = try UnverifiedEnvelope.hello(by: 1)
    let garbage = ["", "unsigned", String(repeating: "x", count: 64), String(repeating: "x", count: 65)].map {
      EnvelopeSignature(keyID: keys[1].keyID, bytes: Array($0.utf8))
    }
    #expect(throws: EnvelopeError.noValidSignature) {
      try envelope.with(signatures: garbage).verified(as: .statement, by: keys)
    }
    let mixed = envelope.with(signatures: garbage + envelope.signatures)
    #expect(try mixed.verified(as: .statement, by: keys).signers == [keys[0]])
  }

  @Test func addingASignatureChangesNeitherPayloadNorDigest() throws {
    let one = try UnverifiedEnvelope.hello(by: 1)
    let two = try one.adding(UnverifiedEnvelope.hello(by: 2).signatures[0])
    #expect(two.payloadDigest == one.payloadDigest)
    #expect(try two.verified(as: .statement, by: keys).signers == [keys[0], keys[1]])
  }
}
