import Signing

/// What a plane message says besides its body (DESIGN section 2).
package struct MessageHeader: Sendable {
  package let id: MessageID
  package let kind: String
  package let from: PrincipalID
  package let to: PrincipalID
  package let issuedAt: Timestamp
  package let expiresAt: Timestamp
  package let inReplyTo: MessageID?
  package let requestDigest: Digest?

  package init(
    id: MessageID, kind: String, from: PrincipalID, to: PrincipalID, issuedAt: Timestamp, expiresAt: Timestamp,
    inReplyTo: MessageID? = nil, requestDigest: Digest? = nil
  ) {
    self.id = id
    self.kind = kind
    self.from = from
    self.to = to
    self.issuedAt = issuedAt
    self.expiresAt = expiresAt
    self.inReplyTo = inReplyTo
    self.requestDigest = requestDigest
  }

  /// Signs a message of this header alone: a message carries exactly one signature.
  package func signed(carrying body: some JSONWritable, by signer: any Signer) throws -> UnverifiedEnvelope {
    var writer = JSONWriter(capacity: 4096)
    write(body, to: &writer)
    return try UnverifiedEnvelope(signing: writer.bytes, as: .message, by: [signer])
  }

  /// The whole message. Without a tree, because every reply passes here.
  fileprivate func write(_ body: some JSONWritable, to writer: inout JSONWriter) {
    writer.raw("{\"v\":1")
    writer.member(",\"id\":", id.text)
    writer.member(",\"kind\":", kind)
    writer.member(",\"from\":", from.text)
    writer.member(",\"to\":", to.text)
    writer.member(",\"issued_at\":", issuedAt.messageText)
    writer.member(",\"expires_at\":", expiresAt.messageText)
    writer.member(",\"in_reply_to\":", inReplyTo?.text)
    writer.member(",\"request_digest\":", requestDigest)
    writer.raw(",\"body\":")
    body.write(to: &writer)
    writer.raw("}")
  }
}

/// A plane message (DESIGN section 2). Transport: it is judged, answered and forgotten.
package struct Message: JSONWritable {
  package static let version = 1
  /// Bound of a message's payload: with base64 and the envelope around it, it still fits a frame of 1 MiB.
  package static let maximumPayload = 700 * 1024
  package static let maximumLifetimeSeconds = 300
  package static let clockSkewSeconds = 30

  package let header: MessageHeader
  package let body: JSONObject

  package init(_ header: MessageHeader, body: JSONObject) {
    self.header = header
    self.body = body
  }

  package var id: MessageID { header.id }
  package var kind: String { header.kind }
  package var from: PrincipalID { header.from }
  package var to: PrincipalID { header.to }
  package var issuedAt: Timestamp { header.issuedAt }
  package var expiresAt: Timestamp { header.expiresAt }

  package func write(to writer: inout JSONWriter) { header.write(body, to: &writer) }

  package func signed(by signer: any Signer) throws -> UnverifiedEnvelope {
    try header.signed(carrying: body, by: signer)
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
    claimed = try Message(parsing: envelope.payload)
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
