import Signing
import Wire

/// The contents of one trust root document (DESIGN section 4): the root keys, the roster and the policy.
package struct TrustRoot: Sendable, Equatable {
  package static let maximumPayload = 512 * 1024
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

  init(_ value: JSONValue) throws(FieldError) { self = try TrustRootDraft(value).checked() }

  package var json: JSONValue { TrustRootDraft(self).json }

  package func signed(by signers: [any Signer]) throws -> UnverifiedEnvelope {
    try UnverifiedEnvelope(signing: json.serialized(), as: .trustRoot, by: signers)
  }
}
