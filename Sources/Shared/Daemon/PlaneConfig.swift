import Attestations
import PlaneContract
import Signing

/// The configuration keys that all three planes share. Every key is documented in `config/`.
package struct PlaneConfig: Sendable {
  /// Folder of `N.root.json`, the same for all planes.
  package let trustRoot: String
  /// SHA-256 of the payload of version 1: what this plane believes before it believes anything.
  package let trustRootDigest: Digest
  /// PKCS#8 PEM, mode 0600.
  package let key: String
  /// The plane's one database.
  package let database: String
  /// Where the plane makes its sockets, unless the service manager passes them.
  package let sockets: String
  /// Hand each socket to its audience's group; off in a home of one user.
  package let socketGroups: Bool
  /// The peer's socket that this plane delivers to.
  package let peerSocket: String

  package init(_ section: ConfigSection, peerKey: String) throws(ConfigError) {
    trustRoot = try section.path("trust_root")
    guard let digest = Digest(loose: try section.string("trust_root_digest")) else {
      throw section.failure("trust_root_digest", "expected sha256: and 64 lowercase hex digits; see planectl init")
    }
    trustRootDigest = digest
    key = try section.path("key")
    database = try section.path("database")
    sockets = try section.path("sockets")
    socketGroups = try section.bool("socket_groups", default: false)
    peerSocket = try section.path(peerKey)
  }
}
