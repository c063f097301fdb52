import Signing

extension Message {
  /// Reads a message strictly from its bytes: unknown, repeated, missing and mistyped fields are refused. Every request passes here,
  /// so that only the body becomes a tree.
  ///
  /// - Throws: `JSONSyntaxError`, `FieldError`.
  package init(parsing payload: [UInt8]) throws {
    var reader = MessageReader(payload)
    try reader.readFields()
    self = try reader.message()
  }
}

/// The fields of a message as they come by. A null field counts as absent.
private struct MessageReader {
  private var scanner: JSONScanner
  private var version: Int?
  private var id: MessageID?
  private var kind: String?
  private var (from, to): (PrincipalID?, PrincipalID?)
  private var (issuedAt, expiresAt): (Timestamp?, Timestamp?)
  private var inReplyTo: MessageID?
  private var requestDigest: Digest?
  private var body: JSONObject?

  init(_ payload: [UInt8]) { scanner = JSONScanner(payload) }

  mutating func readFields() throws {
    guard try scanner.begin() == .object else { throw FieldError("message", "expected an object") }
    if try scanner.entersObject(depth: 1) {
      var seen = SeenKeys()
      repeat { try readField(try scanner.key(&seen)) } while try scanner.hasAnotherMember()
    }
    try scanner.finish()
  }

  private mutating func readField(_ key: String) throws {
    switch key {
    case "v": version = try number(key)
    case "id": id = try identifier(key)
    case "kind": kind = try string(key, maximum: 64)
    case "from": from = try identifier(key)
    case "to": to = try identifier(key)
    case "issued_at": issuedAt = try time(key)
    case "expires_at": expiresAt = try time(key)
    case "in_reply_to": inReplyTo = try identifier(key)
    case "request_digest": requestDigest = try digest(key)
    case "body": body = try object(key)
    default: throw failure(key.clipped(64), "is not a field of this object")
    }
  }

  func message() throws -> Message {
    guard let version else { throw missing("v") }
    guard version == Message.version else { throw failure("v", "expected \(Message.version)") }
    guard let id else { throw missing("id") }
    guard let kind else { throw missing("kind") }
    guard let from else { throw missing("from") }
    guard let to else { throw missing("to") }
    guard let issuedAt else { throw missing("issued_at") }
    guard let expiresAt else { throw missing("expires_at") }
    guard let body else { throw missing("body") }
    return Message(
      MessageHeader(
        id: id, kind: kind, from: from, to: to, issuedAt: issuedAt, expiresAt: expiresAt, inReplyTo: inReplyTo,
        requestDigest: requestDigest),
      body: body)
  }

  private func failure(_ key: String, _ problem: String) -> FieldError { FieldError("message.\(key)", problem) }
  private func missing(_ key: String) -> FieldError { failure(key, "is missing") }
}

// The types of fields.
extension MessageReader {
  /// Nil for a null.
  private mutating func string(_ key: String, maximum: Int = 4096) throws -> String? {
    guard try scanner.begin() == .string else {
      let value = try scanner.value(depth: 1)
      if value.isNull { return nil }
      throw failure(key, "expected a string, found \(value.kindName)")
    }
    let text = try scanner.string()
    guard text.utf8.count <= maximum else { throw failure(key, "longer than \(maximum) bytes") }
    return text
  }

  private mutating func number(_ key: String) throws -> Int? {
    let value = try scanner.value(depth: 1)
    guard value.isNull || value.int != nil else { throw failure(key, "expected a whole number") }
    return value.int
  }

  private mutating func object(_ key: String) throws -> JSONObject? {
    let value = try scanner.value(depth: 1)
    guard value.isNull || value.object != nil else {
      throw failure(key, "expected an object, found \(value.kindName)")
    }
    return value.object
  }

  private mutating func identifier<ID: Identifier>(_ key: String) throws -> ID? {
    guard let text = try string(key) else { return nil }
    guard let identifier = ID(text) else { throw failure(key, "expected \(ID.rule)") }
    return identifier
  }

  private mutating func digest(_ key: String) throws -> Digest? {
    guard let text = try string(key) else { return nil }
    guard let digest = Digest(text) else { throw failure(key, "expected sha256: and 64 lowercase hex digits") }
    return digest
  }

  private mutating func time(_ key: String) throws -> Timestamp? {
    guard let text = try string(key) else { return nil }
    guard let time = Timestamp(message: text) else {
      throw failure(key, "expected an RFC 3339 time that ends in Z, like 2026-01-02T03:04:05.678Z")
    }
    return time
  }
}
