import Signing
import Wire

/// The contents of one trust root document (DESIGN section 4): the root keys, the roster and the policy.
package struct TrustRoot: Sendable, Equatable {
  package static let maximumPayload = 512 * 1024
  static let maximumPrincipalCount = 2000

  package let version: Int
  package let issuedAt: Timestamp
  package let expiresAt: Timestamp
  package let rootKeys: [PublicKey]
  package let threshold: Int
  package let principals: [Principal]
  package let policy: Policy

  package init(
    version: Int, issuedAt: Timestamp, expiresAt: Timestamp, rootKeys: [PublicKey], threshold: Int,
    principals: [Principal], policy: Policy
  ) throws(FieldError) {
    self.version = version
    self.issuedAt = issuedAt
    self.expiresAt = expiresAt
    self.rootKeys = rootKeys
    self.threshold = threshold
    self.principals = principals
    self.policy = policy
    try TrustRootRules.check(self)
  }

  init(_ value: JSONValue) throws(FieldError) {
    var reader = try ObjectReader(value, "trust root")
    let version = try reader.int("version", in: 1...Int(Int32.max))
    let issuedAt = try reader.time("issued_at")
    let expiresAt = try reader.time("expires_at")
    var rootReader = ObjectReader(try reader.object("root"), "trust root.root")
    let rootKeys = try rootReader.publicKeys("keys", maximum: 16)
    let threshold = try rootReader.int("threshold", in: 1...16)
    try rootReader.finish()
    var principals: [Principal] = []
    for (index, value) in try reader.array("principals", maximum: Self.maximumPrincipalCount).enumerated() {
      principals.append(try Principal(value, "trust root.principals[\(index)]"))
    }
    let policy = try Policy(reader.object("policy"))
    try reader.finish()
    try self.init(
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

  package func signed(by signers: [any Signer]) throws -> UnverifiedEnvelope {
    try UnverifiedEnvelope(signing: json.serialized(), as: .trustRoot, by: signers)
  }
}
