import PlaneContract
import Signing
import Wire

extension FuzzTarget {
  /// Input: the payload of a message; the signature is one that proves nothing.
  static let message = FuzzTarget("message") { payload in
    let nothing = EnvelopeSignature(keyID: "", bytes: [UInt8](repeating: 0, count: Signature.byteCount))
    let envelope = UnverifiedEnvelope(
      payloadType: PayloadType.message.rawValue, payload: payload, signatures: [nothing])
    let tree = try? MessageInTree(StrictJSON.parse(payload))
    let unverified = try? UnverifiedMessage(envelope)
    try promise((unverified == nil) == (tree == nil), "a message is accepted alike from its tree and from its bytes")
    guard let unverified, let tree else { return false }
    let message = unverified.claimed
    try promise(tree.isSame(as: message), "a message says the same, read from its tree or from its bytes")
    try promise(unverified.digest == Digest(hashing: payload), "the digest is the payload's")
    try MessageRules.check(message)
    try MessageRules.checkSigning(of: message)
    try promise(
      (try? unverified.verified(by: [FuzzHouse.only.get().key("ci").publicKey])) == nil, "nobody's signature is forged")
    try BodyRules.check(message)
    return true
  }
}

/// A message read field by field from a tree, which is how bodies and attestations are read: slower, and written apart from the
/// reader that every request passes.
private struct MessageInTree {
  private let header: MessageHeader
  private let body: JSONObject

  init(_ value: JSONValue) throws {
    var reader = try ObjectReader(value, "message")
    _ = try reader.int("v", in: Message.version...Message.version)
    header = MessageHeader(
      id: try reader.identifier("id"), kind: try reader.string("kind", maximum: 64),
      from: try reader.identifier("from"),
      to: try reader.identifier("to"), issuedAt: try reader.messageTime("issued_at"),
      expiresAt: try reader.messageTime("expires_at"), inReplyTo: try reader.optionalIdentifier("in_reply_to"),
      requestDigest: try reader.optionalDigest("request_digest"))
    body = try reader.object("body")
    try reader.finish()
  }

  func isSame(as message: Message) -> Bool {
    header.id == message.id && header.kind.utf8.elementsEqual(message.kind.utf8) && header.from == message.from
      && header.to == message.to && header.issuedAt == message.issuedAt && header.expiresAt == message.expiresAt
      && header.inReplyTo == message.header.inReplyTo && header.requestDigest == message.header.requestDigest
      && body == message.body
  }
}

private enum MessageRules {
  static func check(_ message: Message) throws {
    try IdentifierRules.check(message.id)
    try IdentifierRules.check(message.from)
    try IdentifierRules.check(message.to)
    if let id = message.header.inReplyTo { try IdentifierRules.check(id) }
    try promise(message.kind.utf8.count <= 64, "a kind has at most 64 bytes")
    for time in [message.issuedAt, message.expiresAt] {
      try promise(time >= Timestamp(microseconds: 0) && time <= .latest, "a time is of the years 1970 to 9999")
    }
  }

  /// Times are written to the millisecond, so it is the second writing that must not change any more.
  static func checkSigning(of message: Message) throws {
    let key = try FuzzHouse.only.get().key("ci")
    let first = try UnverifiedMessage(message.signed(by: key)).verified(by: [key.publicKey])
    try promise(first.message.body == message.body && first.message.id == message.id, "what is signed is what was said")
    try promise(first.signer == key.publicKey, "the signer is who signed")
    let second = try first.message.signed(by: key)
    try promise(second.payload == first.envelope.payload, "one message has one text")
    let tree = try MessageInTree(StrictJSON.parse(second.payload))
    try promise(tree.isSame(as: first.message), "what is signed says the same to a reader of trees")
    for (read, meant) in [(first.message.issuedAt, message.issuedAt), (first.message.expiresAt, message.expiresAt)] {
      try promise((0..<1000).contains(meant.microseconds - read.microseconds), "a time loses less than a millisecond")
    }
  }
}
