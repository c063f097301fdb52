import Signing

extension FuzzTarget {
  static let publicPEM = FuzzTarget("public-pem", isJSON: false) { input in
    // As `KeyFile` reads a file.
    let text = String(decoding: input, as: UTF8.self)
    guard let key = try? PublicKey(pem: text) else { return false }
    try promise(PublicKey(pem: key.pem).bytes == key.bytes, "a key is written so that it reads the same")
    let der = try PEMRules.content(of: text)
    try promise(der.count == 44 && Array(der.suffix(32)) == key.bytes, "the key is what the block spells")
    try promise((try? SecretKey(pem: text)) == nil, "a public key is no secret one")
    return true
  }

  /// Input: a PEM text; its first 32 bytes are also taken as a seed.
  static let secretPEM = FuzzTarget("secret-pem", isJSON: false) { input in
    try PEMRules.checkSeed(Array(input.prefix(32)))
    let text = String(decoding: input, as: UTF8.self)
    guard let key = try? SecretKey(pem: text) else { return false }
    let der = try PEMRules.content(of: text)
    var seed = Array(der.suffix(32))
    try promise(der.count == 48, "the key is the whole of the block")
    try promise(SecretKey(seed: &seed).publicKey == key.publicKey, "the key is what the block spells")
    try promise(seed.allSatisfy { $0 == 0 }, "the caller's seed is wiped")
    try promise((try? PublicKey(pem: text)) == nil, "a secret key is no public one")
    return true
  }
}

private enum PEMRules {
  /// PKCS#8 of RFC 8410, as openssl writes it.
  private static let header: [UInt8] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
  ]

  /// What stands between the first line and the last one.
  static func content(of text: String) throws -> [UInt8] {
    try promise(text.utf8.count <= 4096, "a key file has at most 4096 bytes")
    try promise(text.components(of: "-----BEGIN ") == 2 && text.components(of: "-----END ") == 2, "one block")
    let body = text.split(whereSeparator: \.isNewline).dropFirst().dropLast().joined()
    guard let der = Base64.decode(body) else { throw BrokenPromise(description: "an accepted block is not base64") }
    return der
  }

  static func checkSeed(_ seed: [UInt8]) throws {
    guard seed.count == SecretKey.seedByteCount else { return }
    var copy = seed
    let key = try SecretKey(seed: &copy)
    let pem = "-----BEGIN PRIVATE KEY-----\n\(Base64.encode(header + seed))\n-----END PRIVATE KEY-----\n"
    try promise(SecretKey(pem: pem).publicKey == key.publicKey, "every seed's PEM is read")
  }
}

extension String {
  /// Into how many pieces `separator` cuts this text.
  fileprivate func components(of separator: String) -> Int {
    split(separator: separator, omittingEmptySubsequences: false).count
  }
}
