import Signing

/// The header and body of a plane message (DESIGN section 2). Transport: it is judged, answered and forgotten.
package struct Message: Sendable {
  package static let version = 1
  /// Bound of a message's payload: with base64 and the envelope around it, it still fits a frame of 1 MiB.
  package static let maximumPayload = 700 * 1024
  package static let maximumLifetimeSeconds = 300
  package static let clockSkewSeconds = 30

  package let id: MessageID
  package let kind: String
  package let from: PrincipalID
  package let to: PrincipalID
  package let issuedAt: Timestamp
  package let expiresAt: Timestamp
  package let inReplyTo: MessageID?
  package let requestDigest: Digest?
  package let body: JSONObject

  package init(
    id: MessageID, kind: String, from: PrincipalID, to: PrincipalID, issuedAt: Timestamp, expiresAt: Timestamp,
    inReplyTo: MessageID? = nil, requestDigest: Digest? = nil, body: JSONObject
  ) {
    self.id = id
    self.kind = kind
    self.from = from
    self.to = to
    self.issuedAt = issuedAt
    self.expiresAt = expiresAt
    self.inReplyTo = inReplyTo
    self.requestDigest = requestDigest
    self.body = body
  }

  /// Reads a message strictly: unknown, missing and mistyped fields are refused.
  package init(_ value: JSONValue) throws(FieldError) {
    var reader = try ObjectReader(value, "message")
    _ = try reader.int("v", in: Self.version...Self.version)
    id = try reader.identifier("id")
    kind = try reader.string("kind", maximum: 64)
    from = try reader.identifier("from")
    to = try reader.identifier("to")
    issuedAt = try reader.messageTime("issued_at")
    expiresAt = try reader.messageTime("expires_at")
    inReplyTo = try reader.optionalIdentifier("in_reply_to")
    requestDigest = try reader.optionalDigest("request_digest")
    body = try reader.object("body")
    try reader.finish()
  }

  package var json: JSONValue {
    [
      "v": .init(Self.version), "id": id.json, "kind": .string(kind), "from": from.json, "to": to.json,
      "issued_at": .string(issuedAt.messageText), "expires_at": .string(expiresAt.messageText),
      "in_reply_to": .init(inReplyTo?.text), "request_digest": .init(requestDigest?.description),
      "body": .object(body),
    ]
  }

  /// The bytes of `json`, the header written without a tree because every reply passes here.
  private var serialized: [UInt8] {
    var writer = JSONWriter()
    writer.raw("{\"v\":\(Self.version)")
    let texts = [
      ("id", id.text), ("kind", kind), ("from", from.text), ("to", to.text), ("issued_at", issuedAt.messageText),
      ("expires_at", expiresAt.messageText), ("in_reply_to", inReplyTo?.text),
      ("request_digest", requestDigest?.description),
    ]
    for (key, text) in texts { writer.member(key, text) }
    writer.raw(",\"body\":")
    writer.write(.object(body))
    writer.raw("}")
    return writer.bytes
  }

  /// Signs this message alone: a message carries exactly one signature.
  package func signed(by signer: any Signer) throws -> UnverifiedEnvelope {
    try UnverifiedEnvelope(signing: serialized, as: .message, by: [signer])
  }
}

extension MessageID {
  package static func random() -> MessageID { MessageID(checked: Random.hex(bytes: 16)) }
}

/// A message whose sender is only claimed. `verified(by:)` is the way to trust it.
package struct UnverifiedMessage: Sendable {
  package let envelope: UnverifiedEnvelope
  /// Parsed strictly from the bytes that `verified(by:)` checks; good for choosing keys and addressing an error, nothing more.
  package let claimed: Message
  /// SHA-256 of the payload bytes.
  package let digest: Digest

  /// - Throws: `EnvelopeError` for a wrong type or count of signatures, `JSONSyntaxError`, `FieldError`.
  package init(_ envelope: UnverifiedEnvelope) throws {
    guard envelope.payloadType == PayloadType.message.rawValue else {
      throw EnvelopeError.wrongPayloadType(expected: .message, found: envelope.payloadType)
    }
    guard envelope.signatures.count == 1 else { throw EnvelopeError.malformed("a message has exactly one signature") }
    self.envelope = envelope
    claimed = try Message(StrictJSON.parse(envelope.payload))
    digest = envelope.payloadDigest
  }

  package func verified(by keys: [PublicKey]) throws(EnvelopeError) -> VerifiedMessage {
    guard let signer = try envelope.validSignatures(as: .message, by: keys).first?.key else { throw .noValidSignature }
    return VerifiedMessage(message: claimed, digest: digest, signer: signer, envelope: envelope)
  }
}

/// A message whose one signature verified under a key of the principal it names.
package struct VerifiedMessage: Sendable {
  package let message: Message
  /// SHA-256 of the payload bytes: a reply's `request_digest`.
  package let digest: Digest
  package let signer: PublicKey
  package let envelope: UnverifiedEnvelope

  fileprivate init(message: Message, digest: Digest, signer: PublicKey, envelope: UnverifiedEnvelope) {
    self.message = message
    self.digest = digest
    self.signer = signer
    self.envelope = envelope
  }
}
