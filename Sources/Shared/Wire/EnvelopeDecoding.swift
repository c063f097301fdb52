import Signing

// Decoding: bounded, no key needed, nothing believed. Every request's envelope is read straight from the bytes of its frame; one that
// stands inside another document, from that document's tree.
extension UnverifiedEnvelope {
  /// Parses the bytes of a JSON envelope whose payload has at most `maximumPayload` bytes. Unknown envelope fields are ignored, as
  /// DSSE asks.
  package init(parsing bytes: [UInt8], maximumPayload: Int) throws(EnvelopeError) {
    do {
      var reader = EnvelopeReader(bytes, maximumPayload: maximumPayload)
      self = try reader.envelope()
    } catch let error as EnvelopeError { throw error } catch { throw .malformed("\(error)") }
  }

  /// Takes an envelope that stands inside another document.
  package init(json: JSONValue, maximumPayload: Int) throws(EnvelopeError) {
    guard let object = json.object else { throw .malformed("expected an object, found \(json.kindName)") }
    guard let items = object["signatures"]?.array, Self.signatureCounts.contains(items.count) else {
      throw EnvelopeReader.wrongSignatureCount
    }
    let payload = object["payload"]?.string.flatMap { text in
      text.utf8.count <= EnvelopeReader.base64Length(maximumPayload) ? Base64.decode(text) : nil
    }
    var signatures: [EnvelopeSignature] = []
    for item in items { signatures.append(try EnvelopeSignature(json: item)) }
    try self.init(
      payloadType: object["payloadType"]?.string, payload: payload, signatures: signatures,
      maximumPayload: maximumPayload)
  }

  fileprivate init(
    payloadType: String?, payload: [UInt8]?, signatures: [EnvelopeSignature], maximumPayload: Int
  ) throws(EnvelopeError) {
    guard let payloadType else { throw .malformed("payloadType is missing") }
    guard let payload, payload.count <= maximumPayload else {
      throw .malformed("payload is missing, not base64, or of more than \(maximumPayload) bytes")
    }
    guard Self.signatureCounts.contains(signatures.count) else { throw EnvelopeReader.wrongSignatureCount }
    self.init(payloadType: payloadType, payload: payload, signatures: signatures)
  }
}

extension EnvelopeSignature {
  fileprivate static let maximumBase64 = 1024

  package init(json: JSONValue) throws(EnvelopeError) {
    let text = json.object?["sig"]?.string
    let keyID = json.object?["keyid"] ?? .null
    try self.init(
      bytes: text.flatMap { $0.utf8.count <= Self.maximumBase64 ? Base64.decode($0) : nil },
      keyID: keyID.isNull ? "" : keyID.string)
  }

  fileprivate init(bytes: [UInt8]?, keyID: String?) throws(EnvelopeError) {
    guard let bytes else { throw .malformed("a signature has no base64 sig") }
    guard let keyID, keyID.utf8.count <= UnverifiedEnvelope.maximumKeyIDLength else {
      throw .malformed("a keyid is not a string of at most \(UnverifiedEnvelope.maximumKeyIDLength) bytes")
    }
    self.init(keyID: keyID, bytes: bytes)
  }
}

/// Reads an envelope in one pass over its bytes; the payload becomes bytes without having been text.
private struct EnvelopeReader {
  static let wrongSignatureCount = EnvelopeError.malformed("signatures must be an array of 1 to 16")
  static func base64Length(_ byteCount: Int) -> Int { (byteCount + 2) / 3 * 4 }

  private var scanner: JSONScanner
  private let maximumPayload: Int

  init(_ bytes: [UInt8], maximumPayload: Int) {
    scanner = JSONScanner(bytes)
    self.maximumPayload = maximumPayload
  }

  mutating func envelope() throws -> UnverifiedEnvelope {
    var (payloadType, payload): (String?, [UInt8]?)
    var signatures: [EnvelopeSignature] = []
    let isObject = try members(depth: 1) { reader, key in
      switch key {
      case "payloadType": payloadType = try reader.string()
      case "payload": payload = try reader.base64(maximum: Self.base64Length(reader.maximumPayload))
      case "signatures": signatures = try reader.signatures()
      default: _ = try reader.scanner.value(depth: 1)
      }
    }
    try scanner.finish()
    guard isObject else { throw EnvelopeError.malformed("expected an object") }
    return try UnverifiedEnvelope(
      payloadType: payloadType, payload: payload, signatures: signatures, maximumPayload: maximumPayload)
  }

  private mutating func signatures() throws -> [EnvelopeSignature] {
    guard try scanner.begin() == .array else { throw Self.wrongSignatureCount }
    var signatures: [EnvelopeSignature] = []
    guard try scanner.entersArray(depth: 2) else { return signatures }
    repeat {
      // Before the next one is read, not after a million of them.
      guard signatures.count < UnverifiedEnvelope.signatureCounts.upperBound else { throw Self.wrongSignatureCount }
      signatures.append(try signature())
    } while try scanner.hasAnotherItem()
    return signatures
  }

  private mutating func signature() throws -> EnvelopeSignature {
    var (bytes, keyID): ([UInt8]?, String?) = (nil, "")
    try members(depth: 3) { reader, key in
      switch key {
      case "sig": bytes = try reader.base64(maximum: EnvelopeSignature.maximumBase64)
      case "keyid": keyID = try reader.string(orNull: "")
      default: _ = try reader.scanner.value(depth: 3)
      }
    }
    return try EnvelopeSignature(bytes: bytes, keyID: keyID)
  }

  /// Goes through the members of the object that begins here. What is no object has none, and gives false.
  @discardableResult
  private mutating func members(
    depth: Int, _ member: (inout EnvelopeReader, String) throws -> Void
  ) throws -> Bool {
    guard try scanner.begin() == .object else {
      _ = try scanner.value(depth: depth)
      return false
    }
    guard try scanner.entersObject(depth: depth) else { return true }
    var seen = SeenKeys()
    repeat {
      let key = try scanner.key(&seen)
      try member(&self, key)
    } while try scanner.hasAnotherMember()
    return true
  }

  /// The text that stands here, `replacement` for a null, or nil, and the value is behind us.
  private mutating func string(orNull replacement: String? = nil) throws -> String? {
    guard try scanner.begin() == .string else {
      return try scanner.value(depth: 3).isNull ? replacement : nil
    }
    return try scanner.string()
  }

  private mutating func base64(maximum: Int) throws -> [UInt8]? {
    guard try scanner.begin() == .string else {
      _ = try scanner.value(depth: 3)
      return nil
    }
    return try scanner.base64(maximum: maximum)
  }
}
