import Signing

/// The public half of a key that somebody hands in to be enrolled.
enum EnrolledKey {
  /// Reads a SubjectPublicKeyInfo PEM file.
  ///
  /// - Throws: `KeyError` naming the file.
  static func read(_ path: String) throws -> PublicKey { try KeyFile.loadPublic(path: AbsolutePath.of(path)) }
}
