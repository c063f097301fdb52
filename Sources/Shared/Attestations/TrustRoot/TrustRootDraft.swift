import Signing
import Wire

/// A trust root that is being written: every part well-formed, the whole not judged yet.
package struct TrustRootDraft: Sendable, Equatable {
  static let maximumPrincipalCount = 2000

  package var version: Int
  package var issuedAt: Timestamp
  package var expiresAt: Timestamp
  package var rootKeys: [PublicKey]
  package var threshold: Int
  package var principals: [Principal]
  package var policy: Policy

  package init(_ root: TrustRoot) {
    version = root.version
    issuedAt = root.issuedAt
    expiresAt = root.expiresAt
    rootKeys = root.rootKeys
    threshold = root.threshold
    principals = root.principals
    policy = root.policy
  }

  /// The next version, which says the same and lives as long.
  package init(after root: TrustRoot, issuedAt now: Timestamp) {
    self.init(root)
    version = root.version + 1
    issuedAt = now
    expiresAt = now.adding(seconds: Int(root.expiresAt.seconds(since: root.issuedAt)))
  }

  package init(_ value: JSONValue) throws(FieldError) {
    var reader = try ObjectReader(value, "trust root")
    version = try reader.int("version", in: 1...Int(Int32.max))
    issuedAt = try reader.time("issued_at")
    expiresAt = try reader.time("expires_at")
    var rootReader = ObjectReader(try reader.object("root"), "trust root.root")
    rootKeys = try rootReader.publicKeys("keys", maximum: 16)
    threshold = try rootReader.int("threshold", in: 1...16)
    try rootReader.finish()
    var principals: [Principal] = []
    for (index, value) in try reader.array("principals", maximum: Self.maximumPrincipalCount).enumerated() {
      principals.append(try Principal(value, "trust root.principals[\(index)]"))
    }
    self.principals = principals
    policy = try Policy(reader.object("policy"))
    try reader.finish()
  }

  /// The root that this is, once every rule holds.
  package func checked() throws(FieldError) -> TrustRoot {
    try TrustRoot(
      version: version, issuedAt: issuedAt, expiresAt: expiresAt, rootKeys: rootKeys, threshold: threshold,
      principals: principals, policy: policy)
  }

  package var json: JSONValue {
    [
      "version": .init(version), "issued_at": .string(issuedAt.attestationText),
      "expires_at": .string(expiresAt.attestationText),
      "root": ["keys": .init(rootKeys.map(\.hex)), "threshold": .init(threshold)],
      "principals": .array(principals.map(\.json)), "policy": policy.json,
    ]
  }
}
