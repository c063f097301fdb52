/// Ed25519 keys and signatures as SSH writes them (RFC 8709): the algorithm's name, then the raw bytes.
enum SSHKey {
  static let algorithm = "ssh-ed25519"

  static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var writer = SSHWriter()
    writer.string(Array(algorithm.utf8))
    writer.string(bytes)
    return writer.bytes
  }

  /// Nil for another algorithm, and for anything before or after.
  static func decode(_ blob: [UInt8]) -> [UInt8]? {
    var reader = SSHReader(blob)
    guard let name = reader.string(), name.elementsEqual(algorithm.utf8), let bytes = reader.string(), reader.isAtEnd
    else { return nil }
    return bytes
  }
}

extension PublicKey {
  var sshBlob: [UInt8] { SSHKey.encode(bytes) }

  /// `ssh-ed25519 AAAA…`, as in `id_ed25519.pub`; the comment is a label for people and proves nothing.
  package func sshLine(comment: String) -> String { "\(SSHKey.algorithm) \(Base64.encode(sshBlob)) \(comment)\n" }

  init?(sshBlob: [UInt8]) {
    guard let bytes = SSHKey.decode(sshBlob) else { return nil }
    self.init(bytes: bytes)
  }

  /// Reads the one line of an `id_ed25519.pub`; throws `KeyError.malformed`.
  package init(sshLine text: String) throws(KeyError) {
    let lines = text.split(omittingEmptySubsequences: true, whereSeparator: \.isNewline)
    guard text.utf8.count <= PEM.maximumByteCount, lines.count == 1 else {
      throw .malformed("not one line of an SSH public key")
    }
    let words = lines[0].split(whereSeparator: \.isWhitespace)
    guard words.first.map({ $0.utf8.elementsEqual(SSHKey.algorithm.utf8) }) == true, words.count >= 2 else {
      throw .malformed(
        "not an \(SSHKey.algorithm) key; keys of other types, hardware-bound sk- ones too, sign otherwise")
    }
    guard let blob = Base64.decode(String(words[1])), let key = PublicKey(sshBlob: blob) else {
      throw .malformed("the text after \(SSHKey.algorithm) is not such a key")
    }
    self = key
  }

  /// Reads a public key as people have them: SubjectPublicKeyInfo PEM, or the line of an SSH key.
  package init(text: String) throws(KeyError) {
    if text.hasPrefix("-----BEGIN") { try self.init(pem: text) } else { try self.init(sshLine: text) }
  }
}

extension Signature {
  /// Nil for another algorithm's.
  init?(sshBlob: [UInt8]) {
    guard let bytes = SSHKey.decode(sshBlob) else { return nil }
    self.init(bytes: bytes)
  }
}
