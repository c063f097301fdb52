/// The messages that a key of this project signs. Each has its own type and its own signing function, and none takes bytes
/// that a caller chose freely, so that a signature over one can never be shown as a signature over another.

/// The pre-authentication encoding of DSSE 1.0.2: `"DSSEv1" SP LEN(type) SP type SP LEN(body) SP body`.
package struct PreAuthenticationEncoding: Sendable {
  package let bytes: [UInt8]

  package init(payloadType: String, payload: [UInt8]) {
    var bytes = Array("DSSEv1 \(payloadType.utf8.count) \(payloadType) \(payload.count) ".utf8)
    bytes.append(contentsOf: payload)
    self.bytes = bytes
  }
}

/// What the public NANDA packages sign: the 64 ASCII hex characters of the SHA-256 of a record's canonical JSON.
package struct NandaRecordHash: Sendable, Equatable {
  package let digest: Digest

  package init(canonicalJSON: [UInt8]) { digest = Digest(hashing: canonicalJSON) }

  var signedBytes: [UInt8] { Array(digest.hex.utf8) }
}

/// Somebody who can sign what this project signs: a key in memory, or (in `planectl`) an agent that holds one.
package protocol Signer: Sendable {
  var publicKey: PublicKey { get }
  func sign(_ encoding: PreAuthenticationEncoding) throws -> Signature
  func sign(_ hash: NandaRecordHash) throws -> Signature
}

extension SecretKey: Signer {
  package func sign(_ encoding: PreAuthenticationEncoding) throws -> Signature { try required(sign(encoding.bytes)) }
  package func sign(_ hash: NandaRecordHash) throws -> Signature { try required(sign(hash.signedBytes)) }

  func required(_ signature: Signature?) throws(KeyError) -> Signature {
    guard let signature else { throw .unavailable("libsodium could not sign") }
    return signature
  }
}

extension PublicKey {
  package func verifies(_ signature: Signature, over encoding: PreAuthenticationEncoding) -> Bool {
    verifies(signature, over: encoding.bytes)
  }

  package func verifies(_ signature: Signature, over hash: NandaRecordHash) -> Bool {
    verifies(signature, over: hash.signedBytes)
  }
}
