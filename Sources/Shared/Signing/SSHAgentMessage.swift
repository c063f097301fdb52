/// The few messages of an ssh-agent (draft-ietf-sshm-ssh-agent) that listing keys and signing take. What is to be signed is one of
/// this project's typed messages, as everywhere: an agent is asked for nothing else. Whoever sends these puts their length before
/// them.
package enum SSHAgentMessage {
  /// What OpenSSH's own agent and client take.
  package static let maximumByteCount = 256 * 1024

  private enum Number {
    static let failure: UInt8 = 5
    static let requestIdentities: UInt8 = 11
    static let identitiesAnswer: UInt8 = 12
    static let signRequest: UInt8 = 13
    static let signResponse: UInt8 = 14
  }

  package static let listKeys: [UInt8] = [Number.requestIdentities]

  package static func sign(_ encoding: PreAuthenticationEncoding, by key: PublicKey) -> [UInt8] {
    sign(encoding.bytes, by: key)
  }

  package static func sign(_ hash: NandaRecordHash, by key: PublicKey) -> [UInt8] { sign(hash.signedBytes, by: key) }

  private static func sign(_ message: [UInt8], by key: PublicKey) -> [UInt8] {
    var writer = SSHWriter()
    writer.byte(Number.signRequest)
    writer.string(key.sshBlob)
    writer.string(message)
    writer.uint32(0)
    return writer.bytes
  }

  /// The Ed25519 keys in the answer to `listKeys`; keys of other types are passed over.
  package static func keys(in answer: [UInt8]) throws(SSHAgentFault) -> [PublicKey] {
    var reader = try reader(of: answer, expecting: Number.identitiesAnswer)
    guard let count = reader.uint32() else { throw .malformed }
    var keys: [PublicKey] = []
    // The bytes end long before a count that lies.
    for _ in 0..<count {
      guard let blob = reader.string(), reader.string() != nil else { throw .malformed }
      if let key = PublicKey(sshBlob: blob) { keys.append(key) }
    }
    guard reader.isAtEnd else { throw .malformed }
    return keys
  }

  /// The signature in the answer to `sign`, of unknown worth until the key that was asked for has verified it.
  package static func signature(in answer: [UInt8]) throws(SSHAgentFault) -> Signature {
    var reader = try reader(of: answer, expecting: Number.signResponse)
    guard let blob = reader.string(), reader.isAtEnd, let signature = Signature(sshBlob: blob) else {
      throw .malformed
    }
    return signature
  }

  private static func reader(of answer: [UInt8], expecting number: UInt8) throws(SSHAgentFault) -> SSHReader {
    var reader = SSHReader(answer)
    let found = reader.byte()
    guard found != Number.failure else { throw .refused }
    guard found == number else { throw .malformed }
    return reader
  }
}

/// Why an agent's answer is of no use.
package enum SSHAgentFault: Error {
  /// The agent's own no: it has not the key, it is locked, or its owner declined.
  case refused
  case malformed
}
