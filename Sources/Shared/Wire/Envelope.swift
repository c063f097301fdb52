import Signing

/// The payload types of this project. A signature made for one never counts for another, because PAE covers the type.
package enum PayloadType: String, Sendable {
  case message = "application/vnd.nanda.plane-message+json"
  case statement = "application/vnd.in-toto+json"
  case trustRoot = "application/vnd.nanda.trust-root+json"
  case endpointOrder = "application/vnd.nanda.endpoint-order+json"
  case keyProof = "application/vnd.nanda.key-proof+json"
  case logReset = "application/vnd.nanda.log-reset+json"
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

  /// With those signatures of a copy of the same payload that this one lacks, as far as an envelope takes them.
  package func merging(_ copy: UnverifiedEnvelope) -> UnverifiedEnvelope {
    let others = copy.payload == payload ? copy.signatures.filter { !signatures.contains($0) } : []
    let room = Self.signatureCounts.upperBound - signatures.count
    return UnverifiedEnvelope(
      payloadType: payloadType, payload: payload, signatures: signatures + others.prefix(max(0, room)))
  }

  /// The JSON of the envelope in bytes: what is sent and stored.
  package var serialized: [UInt8] {
    var writer = JSONWriter(capacity: 400 + payload.count * 4 / 3)
    write(to: &writer)
    return writer.bytes
  }

  /// The same for a document that is built as a tree.
  package var json: JSONValue {
    [
      "payload": .string(Base64.encode(payload)), "payloadType": .string(payloadType),
      "signatures": .array(signatures.map(\.json)),
    ]
  }
}

// Written without a tree: every frame is one.
extension UnverifiedEnvelope: JSONWritable {
  package func write(to writer: inout JSONWriter) {
    writer.base64("{\"payload\":", payload)
    writer.member(",\"payloadType\":", payloadType)
    writer.raw(",\"signatures\":[")
    for (index, signature) in signatures.enumerated() {
      writer.member(index == 0 ? "{\"keyid\":" : ",{\"keyid\":", signature.keyID)
      writer.base64(",\"sig\":", signature.bytes)
      writer.raw("}")
    }
    writer.raw("]}")
  }
}
