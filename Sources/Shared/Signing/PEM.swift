import CSodium

/// Ed25519 keys as `openssl` and Python's `cryptography` read them: PKCS#8 and SubjectPublicKeyInfo (RFC 8410) in PEM (RFC 7468).
/// The DER of both is a fixed header and 32 bytes, so it is compared, not parsed.
enum PEM {
  static let secretLabel = "PRIVATE KEY"
  static let publicLabel = "PUBLIC KEY"
  static let secretHeader: [UInt8] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
  ]
  static let publicHeader: [UInt8] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]
  static let maximumByteCount = 4096

  static func encode(label: String, header: [UInt8], key: [UInt8]) -> String {
    "-----BEGIN \(label)-----\n\(Base64.encode(header + key))\n-----END \(label)-----\n"
  }

  /// The 32 key bytes of the first and only block in `text`.
  static func decode(_ text: String, label: String, header: [UInt8]) throws(KeyError) -> [UInt8] {
    guard text.utf8.count <= maximumByteCount else { throw .malformed("longer than any key file") }
    var lines = text.split(omittingEmptySubsequences: true, whereSeparator: \.isNewline)
    guard lines.first == "-----BEGIN \(label)-----", lines.last == "-----END \(label)-----", lines.count >= 3 else {
      throw .malformed("not one PEM block of type \(label) (an encrypted or traditional key is not read)")
    }
    lines.removeFirst()
    lines.removeLast()
    guard let der = Base64.decode(lines.joined()), der.starts(with: header), der.count == header.count + 32 else {
      throw .malformed("not an Ed25519 key in the form of RFC 8410")
    }
    return Array(der.dropFirst(header.count))
  }
}

extension PublicKey {
  /// SubjectPublicKeyInfo PEM.
  package var pem: String { PEM.encode(label: PEM.publicLabel, header: PEM.publicHeader, key: bytes) }

  /// Reads SubjectPublicKeyInfo PEM; throws `KeyError.malformed`.
  package init(pem: String) throws(KeyError) {
    let bytes = try PEM.decode(pem, label: PEM.publicLabel, header: PEM.publicHeader)
    guard let key = PublicKey(bytes: bytes) else { throw .malformed("not a point of the Ed25519 group") }
    self = key
  }
}

extension SecretKey {
  /// PKCS#8 PEM. For writing to a file of mode 0600 and nothing else.
  func pem() -> String {
    withSeed { seed in PEM.encode(label: PEM.secretLabel, header: PEM.secretHeader, key: seed) }
  }

  /// Reads PKCS#8 PEM; throws `KeyError.malformed`.
  package convenience init(pem: String) throws(KeyError) {
    var seed = try PEM.decode(pem, label: PEM.secretLabel, header: PEM.secretHeader)
    try self.init(seed: &seed)
  }
}
