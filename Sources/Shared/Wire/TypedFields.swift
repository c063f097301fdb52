import Signing

// The field types that messages and attestations share, each with an error that says the rule.
extension ObjectReader {
  package mutating func identifier<ID: Identifier>(_ key: String, as type: ID.Type = ID.self) throws(FieldError) -> ID {
    try identifier(string(key), key)
  }

  package mutating func optionalIdentifier<ID: Identifier>(
    _ key: String, as type: ID.Type = ID.self
  ) throws(FieldError) -> ID? {
    guard let text = try optionalString(key) else { return nil }
    return try identifier(text, key)
  }

  package mutating func identifiers<ID: Identifier>(
    _ key: String, maximum: Int, as type: ID.Type = ID.self
  ) throws(FieldError) -> [ID] {
    try identifiers(strings(key, maximum: maximum), key)
  }

  package mutating func optionalIdentifiers<ID: Identifier>(
    _ key: String, maximum: Int, as type: ID.Type = ID.self
  ) throws(FieldError) -> [ID]? {
    guard let texts = try optionalStrings(key, maximum: maximum) else { return nil }
    return try identifiers(texts, key)
  }

  /// `sha256:` and 64 lowercase hex digits.
  package mutating func digest(_ key: String) throws(FieldError) -> Digest { try digest(string(key), key) }

  package mutating func optionalDigest(_ key: String) throws(FieldError) -> Digest? {
    guard let text = try optionalString(key) else { return nil }
    return try digest(text, key)
  }

  /// The wire's form or bare hex, as people and jobs write it.
  package mutating func looseDigest(_ key: String) throws(FieldError) -> Digest {
    guard let digest = Digest(loose: try string(key)) else {
      throw failure(key, "expected sha256: and 64 lowercase hex digits")
    }
    return digest
  }

  /// A time inside an attestation.
  package mutating func time(_ key: String) throws(FieldError) -> Timestamp { try time(string(key), key) }

  package mutating func optionalTime(_ key: String) throws(FieldError) -> Timestamp? {
    guard let text = try optionalString(key) else { return nil }
    return try time(text, key)
  }

  /// A time inside a message.
  package mutating func messageTime(_ key: String) throws(FieldError) -> Timestamp {
    guard let time = Timestamp(message: try string(key)) else {
      throw failure(key, "expected an RFC 3339 time that ends in Z, like 2026-01-02T03:04:05.678Z")
    }
    return time
  }

  package mutating func hexSignature(_ key: String) throws(FieldError) -> Signature {
    guard let signature = Signature(hex: try string(key)) else {
      throw failure(key, "expected 128 lowercase hex digits")
    }
    return signature
  }

  /// A DSSE envelope inside another document; its payload has at most `maximumPayload` bytes.
  package mutating func envelope(_ key: String, maximumPayload: Int) throws(FieldError) -> UnverifiedEnvelope {
    let value = try required(key)
    do { return try UnverifiedEnvelope(json: value, maximumPayload: maximumPayload) } catch {
      throw failure(key, "\(error)")
    }
  }

  package mutating func optionalEnvelope(
    _ key: String, maximumPayload: Int
  ) throws(FieldError) -> UnverifiedEnvelope? {
    optional(key) == nil ? nil : try envelope(key, maximumPayload: maximumPayload)
  }

  private func identifier<ID: Identifier>(_ text: String, _ key: String) throws(FieldError) -> ID {
    guard let identifier = ID(text) else { throw failure(key, "expected \(ID.rule)") }
    return identifier
  }

  private func identifiers<ID: Identifier>(_ texts: [String], _ key: String) throws(FieldError) -> [ID] {
    var identifiers: [ID] = []
    for text in texts { identifiers.append(try identifier(text, key)) }
    guard Set(identifiers).count == identifiers.count else { throw failure(key, "names one thing twice") }
    return identifiers
  }

  private func digest(_ text: String, _ key: String) throws(FieldError) -> Digest {
    guard let digest = Digest(text) else { throw failure(key, "expected sha256: and 64 lowercase hex digits") }
    return digest
  }

  private func time(_ text: String, _ key: String) throws(FieldError) -> Timestamp {
    guard let time = Timestamp(attestation: text) else {
      throw failure(key, "expected a time like 2026-01-02T03:04:05+00:00, with six fraction digits or none")
    }
    return time
  }
}
