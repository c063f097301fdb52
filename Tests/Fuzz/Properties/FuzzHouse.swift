import Attestations
import Signing
import Wire

/// A trust root and the secret keys of all whom it names, the same in every run, so that a kept input stays the same input.
package struct FuzzHouse: Sendable {
  package static let only = Result { try FuzzHouse() }
  package static let now = Timestamp(microseconds: 1_795_348_800_000_000)  // 2026-11-22T12:00:00Z

  private static let roster: [(name: String, person: String?, role: Role, group: String?)] = [
    ("training-plane", nil, .training, nil), ("governance-plane", nil, .governance, nil),
    ("serving-plane", nil, .serving, nil), ("alice", "alice", .approver, "risk"), ("bob", "bob", .approver, "ml"),
    ("trainer", "tina", .submitter, nil), ("ci", "dan", .deployer, nil), ("metrics", "mia", .monitor, nil),
    ("bridge", "rita", .reader, nil),
  ]

  package let root: VerifiedTrustRoot
  private let keys: [String: SecretKey]

  private init() throws {
    var keys: [String: SecretKey] = [:]
    for (index, name) in (["root", "second-root", "stranger"] + Self.roster.map(\.name)).enumerated() {
      keys[name] = try Self.key(UInt8(index + 1))
    }
    self.keys = keys
    let envelope = try Self.trustRoot(keys).signed(by: ["root", "second-root"].compactMap { keys[$0] })
    root = try VerifiedTrustRoot.verify(envelope, pinned: envelope.payloadDigest)
  }

  package func key(_ name: String) throws -> SecretKey {
    guard let key = keys[name] else { throw BrokenPromise(description: "the house has no \(name)") }
    return key
  }

  package func holds(_ name: String) -> Bool { keys[name] != nil }

  private static func key(_ byte: UInt8) throws -> SecretKey {
    var seed = [UInt8](repeating: byte, count: SecretKey.seedByteCount)
    return try SecretKey(seed: &seed)
  }

  private static func trustRoot(_ keys: [String: SecretKey]) throws -> TrustRoot {
    let principals = roster.map { entry in
      Principal(
        id: PrincipalID(checked: entry.name), person: entry.person.map(PersonID.init(checked:)), roles: [entry.role],
        groups: entry.group.map { [GroupName(checked: $0)] } ?? [],
        keys: [keys[entry.name]?.publicKey].compactMap(\.self))
    }
    return try TrustRoot(
      version: 1, issuedAt: now.adding(days: -30), expiresAt: now.adding(days: 365),
      rootKeys: ["root", "second-root"].compactMap { keys[$0]?.publicKey }, threshold: 2, principals: principals,
      policy: policy)
  }

  private static let policy = Policy(
    environments: [
      EnvironmentName(checked: "staging"): EnvironmentPolicy(requiredApprovers: 1, maxTTLDays: 90),
      EnvironmentName(checked: "production"): EnvironmentPolicy(
        requiredApprovers: 2, maxTTLDays: 90, allOf: [GroupName(checked: "risk"), GroupName(checked: "ml")],
        leaseSeconds: 300),
    ],
    profiles: [ProfileName(checked: "default"): ["require_weights_hash"]])
}
