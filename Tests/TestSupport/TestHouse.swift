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
  ///   - leaseSeconds: that every environment asks for; nil for none.
  ///   - undeployGraceSeconds: of every environment; the default when nil.
  ///   - extra: principals added to the roster, each with one new key.
  ///   - autoRevoke: of staging.
  package init(
    expiresAt: Timestamp? = nil, leaseSeconds: Int? = nil, undeployGraceSeconds: Int? = nil,
    extra: [(name: String, person: String, role: Role)] = [], autoRevoke: AutomaticRevocation? = nil
  ) throws {
    var roster = TestRoster()
    try roster.addHouse()
    for newcomer in extra { try roster.add(newcomer.name, person: newcomer.person, [newcomer.role]) }
    let rootKey = try SecretKey.generate()
    let root = try TrustRoot(
      version: 1, issuedAt: Self.epoch.adding(days: -30), expiresAt: expiresAt ?? Self.epoch.adding(days: 365),
      rootKeys: [rootKey.publicKey], threshold: 1, principals: roster.principals,
      policy: TestRoster.policy(
        leaseSeconds: leaseSeconds, undeployGraceSeconds: undeployGraceSeconds, autoRevoke: autoRevoke))
    let envelope = try root.signed(by: [rootKey])
    self.root = try VerifiedTrustRoot.verify(envelope, pinned: envelope.payloadDigest)
    keys = roster.keys.merging(["root": [rootKey]]) { known, _ in known }
  }

  private init(_ root: VerifiedTrustRoot, _ keys: [String: [SecretKey]]) {
    self.root = root
    self.keys = keys
  }

  /// The house under its next trust root, which `change` writes and its root keys sign.
  ///
  /// - Parameter newKeys: names that `change` gives these keys.
  package func next(
    newKeys: [String: SecretKey] = [:], _ change: (inout TrustRootDraft) throws -> Void
  ) throws -> TestHouse {
    var draft = TrustRootDraft(after: root.root, issuedAt: Self.epoch)
    try change(&draft)
    let keys = keys.merging(newKeys.mapValues { [$0] }) { _, new in new }
    let signers = keys.values.joined().filter { draft.rootKeys.contains($0.publicKey) }
    let envelope = try draft.checked().signed(by: signers)
    return TestHouse(try root.successor(envelope), keys)
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

extension TrustRootDraft {
  /// Changes the principal of this name, or takes it out where `change` gives nil.
  package mutating func change(_ name: String, _ change: (Principal) -> Principal?) {
    principals = principals.compactMap { $0.id.text == name ? change($0) : $0 }
  }

  package mutating func retire(_ name: String) { change(name) { $0.retired(at: TestHouse.epoch) } }
  package mutating func remove(_ name: String) { change(name) { _ in nil } }
  package mutating func replaceKey(of name: String, with key: SecretKey) {
    change(name) { $0.with(keys: [key.publicKey]) }
  }

  package mutating func require(_ count: Int, in environment: String) throws {
    policy = try policy.setting(
      ["required_approvers": .init(count)], of: EnvironmentName(checked: environment))
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

  static func policy(leaseSeconds: Int?, undeployGraceSeconds: Int?, autoRevoke: AutomaticRevocation?) -> Policy {
    func environment(
      _ required: Int, days: Int, allOf: [String] = [], autoRevoke: AutomaticRevocation? = nil
    ) -> EnvironmentPolicy {
      EnvironmentPolicy(
        requiredApprovers: required, maxTTLDays: days, allOf: allOf.map(GroupName.init(checked:)),
        leaseSeconds: leaseSeconds, undeployGraceSeconds: undeployGraceSeconds, autoRevoke: autoRevoke)
    }
    return Policy(
      environments: [
        EnvironmentName(checked: "staging"): environment(1, days: 90, autoRevoke: autoRevoke),
        EnvironmentName(checked: "production"): environment(2, days: 90),
        EnvironmentName(checked: "vault"): environment(2, days: 30, allOf: ["risk", "ml"]),
      ],
      profiles: profiles)
  }

  private static let profiles: [ProfileName: [String]] = [
    ProfileName(checked: "default"): ["require_weights_hash"],
    ProfileName(checked: "regulated"): [
      "require_weights_hash", "require_governance_tier", "require_risk_level", "require_attestation",
      "max_risk_level",
      "require_base_model",
    ],
    ProfileName(checked: "measured"): ["metric_at_least:accuracy=0.5", "no_regression"],
    ProfileName(checked: "watched"): ["require_weights_hash", "report-only:require_risk_level"],
    ProfileName(checked: "unknown-rule"): ["require_weights_hash", "require_magic"],
  ]

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
