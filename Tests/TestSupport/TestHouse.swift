import Attestations
import Signing
import Wire

/// A house with everybody in it: a trust root, and the secret keys of all whom it names.
///
/// Approvers: alice (group risk), bob (group ml, two keys), bob-laptop (bob's person again), carol. Then trainer (who answers for
/// it: tina), ci, metrics, bridge, and the three planes. Policy: staging 1 and production 2 approvers, vault 2 with one each of
/// risk and ml, 90 days; profiles default, regulated (all six rules), measured (metrics), watched (a dry run) and unknown-rule.
package struct TestHouse: Sendable {
  package static let epoch = Timestamp(microseconds: 1_795_348_800_000_000)  // 2026-11-22T12:00:00Z
  package static let approvers = ["alice", "bob", "bob-laptop", "carol"]

  package let root: VerifiedTrustRoot
  private let keys: [String: [SecretKey]]

  /// - Parameters:
  ///   - expiresAt: of the root; one year after `epoch` when nil.
  ///   - extra: principals added to the roster, each with one new key.
  ///   - autoRevoke: of staging.
  package init(
    expiresAt: Timestamp? = nil, extra: [(name: String, person: String, role: Role)] = [],
    autoRevoke: AutomaticRevocation? = nil
  ) throws {
    var roster = TestRoster()
    try roster.addHouse()
    for newcomer in extra { try roster.add(newcomer.name, person: newcomer.person, [newcomer.role]) }
    let rootKey = try SecretKey.generate()
    let root = try TrustRoot(
      version: 1, issuedAt: Self.epoch.adding(days: -30), expiresAt: expiresAt ?? Self.epoch.adding(days: 365),
      rootKeys: [rootKey.publicKey], threshold: 1, principals: roster.principals,
      policy: TestRoster.policy(autoRevoke: autoRevoke))
    let envelope = try root.signed(by: [rootKey])
    self.root = try VerifiedTrustRoot.verify(envelope, pinned: envelope.payloadDigest)
    keys = roster.keys
  }

  /// The secret key of a principal; `index` 1 is bob's second.
  package func key(_ name: String, _ index: Int = 0) throws -> SecretKey {
    guard let held = keys[name], held.indices.contains(index) else { throw Absent(name) }
    return held[index]
  }

  package func principal(_ name: String) throws -> Principal {
    guard let principal = root.principal(PrincipalID(checked: name)) else { throw Absent(name) }
    return principal
  }
}

/// A name that the house does not know.
package struct Absent: Error, CustomStringConvertible {
  package let description: String
  package init(_ name: String) { description = "the test house has no \(name)" }
}

/// Builds the list of principals together with their keys.
private struct TestRoster {
  var principals: [Principal] = []
  var keys: [String: [SecretKey]] = [:]

  static func policy(autoRevoke: AutomaticRevocation?) -> Policy {
    Policy(
      environments: [
        EnvironmentName(checked: "staging"): EnvironmentPolicy(
          requiredApprovers: 1, maxTTLDays: 90, autoRevoke: autoRevoke),
        EnvironmentName(checked: "production"): EnvironmentPolicy(requiredApprovers: 2, maxTTLDays: 90),
        EnvironmentName(checked: "vault"): EnvironmentPolicy(
          requiredApprovers: 2, maxTTLDays: 30, allOf: [GroupName(checked: "risk"), GroupName(checked: "ml")]),
      ],
      profiles: [
        ProfileName(checked: "default"): ["require_weights_hash"],
        ProfileName(checked: "regulated"): [
          "require_weights_hash", "require_governance_tier", "require_risk_level", "require_attestation",
          "max_risk_level",
          "require_base_model",
        ],
        ProfileName(checked: "measured"): ["metric_at_least:accuracy=0.5", "no_regression"],
        ProfileName(checked: "watched"): ["require_weights_hash", "report-only:require_risk_level"],
        ProfileName(checked: "unknown-rule"): ["require_weights_hash", "require_magic"],
      ])
  }

  mutating func addHouse() throws {
    for plane in [Role.training, .governance, .serving] { try add("\(plane.rawValue)-plane", person: nil, [plane]) }
    try add("alice", person: "alice", [.approver], groups: ["risk"])
    try add("bob", person: "bob", [.approver], groups: ["ml"], keyCount: 2)
    try add("bob-laptop", person: "bob", [.approver], groups: ["ml"])
    try add("carol", person: "carol", [.approver])
    try add("trainer", person: "tina", [.submitter])
    try add("ci", person: "dan", [.deployer])
    try add("metrics", person: "mia", [.monitor])
    try add("bridge", person: "rita", [.reader])
  }

  mutating func add(
    _ name: String, person: String?, _ roles: [Role], groups: [String] = [], keyCount: Int = 1
  ) throws {
    let secrets = try (0..<keyCount).map { _ in try SecretKey.generate() }
    keys[name] = secrets
    principals.append(
      Principal(
        id: PrincipalID(checked: name), person: person.map(PersonID.init(checked:)), roles: roles,
        groups: groups.map(GroupName.init(checked:)), keys: secrets.map(\.publicKey)))
  }
}
