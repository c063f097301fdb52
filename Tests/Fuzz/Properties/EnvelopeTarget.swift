import Signing
import Wire

extension FuzzTarget {
  static let base64 = FuzzTarget("base64", isJSON: false) { input in
    let text = String(decoding: input, as: UTF8.self)
    try promise(Base64.decode(Base64.encode(input)) == input, "what is encoded decodes to the same bytes")
    try promise(Base64.decode(input[...]) == Base64.decode(text), "text inside a document is read as a text on its own")
    guard let bytes = Base64.decode(text) else { return false }
    let standard = text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }.filter { $0 != "=" }
    let due = Base64.encode(bytes).filter { $0 != "=" }
    try promise(String(standard) == due, "one spelling a byte sequence, but for the alphabet and the padding")
    try promise(text.utf8.allSatisfy { $0 < 0x80 }, "base64 is ASCII")
    return true
  }

  static let envelope = FuzzTarget("envelope") { bytes in
    let maximum = Message.maximumPayload
    let tree = try? UnverifiedEnvelope(json: StrictJSON.parse(bytes), maximumPayload: maximum)
    let direct = try? UnverifiedEnvelope(parsing: bytes, maximumPayload: maximum)
    try promise(tree == direct, "an envelope on its own is the one that stands inside a document")
    guard let envelope = direct else { return false }
    let again = try UnverifiedEnvelope(parsing: envelope.serialized, maximumPayload: envelope.payload.count)
    try promise(again == envelope, "what is written reads the same")
    try promise(envelope.json.serialized() == envelope.serialized, "the tree and the direct text are one")
    try EnvelopeRules.check(envelope)
    try EnvelopeRules.checkBound(bytes, envelope)
    try EnvelopeRules.checkSignatures(of: envelope)
    return true
  }
}

private enum EnvelopeRules {
  static func check(_ envelope: UnverifiedEnvelope) throws {
    try promise((1...16).contains(envelope.signatures.count), "1 to 16 signatures")
    try promise(envelope.payload.count <= Message.maximumPayload, "the payload keeps its bound")
    for signature in envelope.signatures {
      try promise(signature.keyID.utf8.count <= 256, "a keyid has at most 256 bytes")
      try promise(signature.bytes.count <= 768, "a sig has at most 1024 characters")
    }
    try promise(envelope.payloadDigest == Digest(hashing: envelope.payload), "the digest is the payload's")
  }

  static func checkBound(_ bytes: [UInt8], _ envelope: UnverifiedEnvelope) throws {
    guard !envelope.payload.isEmpty else { return }
    let bounded = try? UnverifiedEnvelope(parsing: bytes, maximumPayload: envelope.payload.count - 1)
    try promise(bounded == nil, "one byte more than the bound is refused")
    let exact = try? UnverifiedEnvelope(parsing: bytes, maximumPayload: envelope.payload.count)
    try promise(exact == envelope, "the bound itself is allowed")
  }

  /// Whatever stands in the envelope proves nothing, and hides no signature that does.
  static func checkSignatures(of envelope: UnverifiedEnvelope) throws {
    guard envelope.signatures.count <= 3, let type = PayloadType(rawValue: envelope.payloadType) else { return }
    let house = try FuzzHouse.only.get()
    let key = try house.key("stranger")
    try promise((try? envelope.verified(as: type, by: [key.publicKey])) == nil, "nobody's signature is forged")
    let own = try UnverifiedEnvelope(signing: envelope.payload, as: type, by: [key]).signatures
    let signed = UnverifiedEnvelope(
      payloadType: envelope.payloadType, payload: envelope.payload, signatures: envelope.signatures + own + own)
    let verified = try signed.verified(as: type, by: [key.publicKey, key.publicKey])
    try promise(verified.signers == [key.publicKey], "one key counts once among any signatures")
    try promise(verified.payload == envelope.payload, "what was verified is what was signed")
    try promise(verified.envelope.signatures == own, "only what verifies is kept")
  }
}
