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
  /// Refuse to run where the planes are not different users; off in a home of one user.
  package let requireDistinctUIDs: Bool
  /// Who may speak on each socket, by the kernel's word.
  let audience: SocketAudience
  /// The peer's socket that this plane delivers to.
  package let peerSocket: String

  package init(_ section: ConfigSection, of plane: Role, peerKey: String) throws(ConfigError) {
    trustRoot = try section.path("trust_root")
    guard let digest = Digest(loose: try section.string("trust_root_digest")) else {
      throw section.failure("trust_root_digest", "expected sha256: and 64 lowercase hex digits; see planectl init")
    }
    trustRootDigest = digest
    key = try Self.keyPath(in: section)
    database = try section.path("database")
    sockets = try section.path("sockets")
    socketGroups = try section.bool("socket_groups", default: false)
    requireDistinctUIDs = try section.bool("require_distinct_uids", default: false)
    audience = try SocketAudience(section, of: SocketName.sockets(of: plane))
    peerSocket = try section.path(peerKey)
  }

  /// Where the plane's secret key is: `key`, or `key_credential`, the name under which the service manager hands it over
  /// (`LoadCredential=`, systemd.exec(5)).
  package static func keyPath(in section: ConfigSection) throws(ConfigError) -> String {
    try keyPath(in: section, credentials: Environment.value("CREDENTIALS_DIRECTORY"))
  }

  static func keyPath(in section: ConfigSection, credentials: String?) throws(ConfigError) -> String {
    guard section.has("key_credential") else { return try section.path("key") }
    let name = try section.string("key_credential")
    guard !section.has("key") else { throw section.failure("key_credential", "stands beside `key`; give one of them") }
    guard !name.contains("/"), name != "..", name != "." else {
      throw section.failure("key_credential", "is a credential's name, not a path")
    }
    guard let credentials else {
      throw section.failure(
        "key_credential",
        "the service manager hands nothing over here; run this in the plane's unit, or with systemd-run")
    }
    return "\(credentials)/\(name)"
  }
}
