import Signing

/// The payload types of this project. A signature made for one never counts for another, because PAE covers the type.
package enum PayloadType: String, Sendable {
  case message = "application/vnd.nanda.plane-message+json"
  case statement = "application/vnd.in-toto+json"
  case trustRoot = "application/vnd.nanda.trust-root+json"
}

/// Why an envelope is not one, or proves nothing.
package enum EnvelopeError: Error, Equatable, CustomStringConvertible {
  case malformed(String)
  case wrongPayloadType(expected: PayloadType, found: String)
  case noValidSignature

  package var description: String {
    switch self {
    case .malformed(let problem): "not a DSSE envelope: \(problem)"
    case .wrongPayloadType(let expected, let found):
      "payloadType is \(found.clipped(100)), expected \(expected.rawValue)"
    case .noValidSignature: "no signature verifies under a key that may sign this"
    }
  }
}

/// One signature as it stood in an envelope, of unknown worth.
package struct EnvelopeSignature: Sendable, Hashable {
  /// A hint that decides nothing; may be empty or wrong.
  package let keyID: String
  /// Any bytes; what is not 64 bytes long never verifies.
  package let bytes: [UInt8]

  package init(keyID: String, bytes: [UInt8]) {
    self.keyID = keyID
    self.bytes = bytes
  }

  package init(_ signature: Signature, by key: PublicKey) { self.init(keyID: key.keyID, bytes: signature.bytes) }

  package var json: JSONValue { ["keyid": .string(keyID), "sig": .string(Base64.encode(bytes))] }
}

/// A DSSE 1.0.2 envelope nobody has checked. The only way to its payload's meaning is `verified(as:by:)`.
package struct UnverifiedEnvelope: Sendable, Hashable {
  package static let signatureCounts = 1...16
  static let maximumKeyIDLength = 256

  package let payloadType: String
  package let payload: [UInt8]
  package let signatures: [EnvelopeSignature]

  package init(payloadType: String, payload: [UInt8], signatures: [EnvelopeSignature]) {
    self.payloadType = payloadType
    self.payload = payload
    self.signatures = signatures
  }

  /// Signs `payload` as `type`, one signature per signer.
  package init(signing payload: [UInt8], as type: PayloadType, by signers: [any Signer]) throws {
    let encoding = PreAuthenticationEncoding(payloadType: type.rawValue, payload: payload)
    let signatures = try signers.map { EnvelopeSignature(try $0.sign(encoding), by: $0.publicKey) }
    self.init(payloadType: type.rawValue, payload: payload, signatures: signatures)
  }

  /// The SHA-256 of the payload, by which attestations are named: adding signatures does not change it.
  package var payloadDigest: Digest { Digest(hashing: payload) }

  package func adding(_ signature: EnvelopeSignature) -> UnverifiedEnvelope {
    UnverifiedEnvelope(payloadType: payloadType, payload: payload, signatures: signatures + [signature])
  }

  package var json: JSONValue {
    [
      "payload": .string(Base64.encode(payload)), "payloadType": .string(payloadType),
      "signatures": .array(signatures.map(\.json)),
    ]
  }

  /// The JSON of the envelope: what `json` says, written without a tree because every frame passes here.
  package var serialized: [UInt8] {
    var writer = JSONWriter()
    writer.raw("{\"payload\":")
    writer.base64(payload)
    writer.raw(",\"payloadType\":")
    writer.string(payloadType)
    writer.raw(",\"signatures\":[")
    for (index, signature) in signatures.enumerated() {
      writer.raw(index == 0 ? "{\"keyid\":" : ",{\"keyid\":")
      writer.string(signature.keyID)
      writer.raw(",\"sig\":")
      writer.base64(signature.bytes)
      writer.raw("}")
    }
    writer.raw("]}")
    return writer.bytes
  }
}

// Decoding: bounded, no key needed, nothing believed.
extension UnverifiedEnvelope {
  /// Parses the bytes of a JSON envelope whose payload has at most `maximumPayload` bytes.
  package init(parsing bytes: [UInt8], maximumPayload: Int) throws(EnvelopeError) {
    let value: JSONValue
    do { value = try StrictJSON.parse(bytes) } catch { throw .malformed("\(error)") }
    try self.init(json: value, maximumPayload: maximumPayload)
  }

  /// Takes an envelope that stands inside another document. Unknown envelope fields are ignored, as DSSE asks.
  package init(json: JSONValue, maximumPayload: Int) throws(EnvelopeError) {
    guard let object = json.object else { throw .malformed("expected an object, found \(json.kindName)") }
    guard let payloadType = object["payloadType"]?.string else { throw .malformed("payloadType is missing") }
    guard let text = object["payload"]?.string, text.utf8.count <= (maximumPayload + 2) / 3 * 4 else {
      throw .malformed("payload is missing or longer than \(maximumPayload) bytes")
    }
    guard let payload = Base64.decode(text), payload.count <= maximumPayload else {
      throw .malformed("payload is not base64 of at most \(maximumPayload) bytes")
    }
    guard let items = object["signatures"]?.array, Self.signatureCounts.contains(items.count) else {
      throw .malformed("signatures must be an array of 1 to 16")
    }
    var signatures: [EnvelopeSignature] = []
    for item in items { signatures.append(try EnvelopeSignature(json: item)) }
    self.init(payloadType: payloadType, payload: payload, signatures: signatures)
  }
}

extension EnvelopeSignature {
  package init(json: JSONValue) throws(EnvelopeError) {
    guard let text = json.object?["sig"]?.string, text.utf8.count <= 1024, let bytes = Base64.decode(text) else {
      throw .malformed("a signature has no base64 sig")
    }
    let keyID = json.object?["keyid"] ?? .null
    guard keyID.isNull || (keyID.string?.utf8.count ?? .max) <= UnverifiedEnvelope.maximumKeyIDLength else {
      throw .malformed("a keyid is not a string of at most \(UnverifiedEnvelope.maximumKeyIDLength) bytes")
    }
    self.init(keyID: keyID.string ?? "", bytes: bytes)
  }
}
