import Attestations
import Signing
import Wire

/// The public half of a key that somebody hands in to be enrolled.
enum EnrolledKey {
  /// Reads SubjectPublicKeyInfo PEM or an `ssh-ed25519` line: for root keys, which sign the root that enrols them.
  ///
  /// - Throws: `KeyError` naming the file.
  static func read(_ path: String) throws -> PublicKey { try KeyFile.loadPublic(path: AbsolutePath.of(path)) }

  /// Reads a proof of possession by `name`, or a bare key, of which it is said that nothing proves it.
  ///
  /// - Throws: `Failure` for a proof that does not hold or is another's; `KeyError` naming the file.
  static func read(_ path: String, of name: PrincipalID) throws -> PublicKey {
    let path = AbsolutePath.of(path)
    let bytes = try TextFile.read(path)
    guard bytes.first == UInt8(ascii: "{") else {
      let key = try read(path)
      Console.message("\(path) is a bare key: nothing proves that \(name) can use it; ask for \(name).proof.json")
      return key
    }
    let proof: KeyProof
    do {
      proof = try KeyProof.verify(UnverifiedEnvelope(parsing: bytes, maximumPayload: KeyProof.maximumPayload))
    } catch {
      throw Failure.unverified("\(path) proves nothing: \(error)")
    }
    guard proof.principal == name else {
      throw Failure.unverified("\(path) is the proof of \(proof.principal), not of \(name)")
    }
    return proof.publicKey
  }
}
