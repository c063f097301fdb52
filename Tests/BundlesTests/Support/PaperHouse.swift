import Attestations
import Signing
import Wire

/// Everybody whose signatures stand in the corpus, with keys that are the same in every run, and the trust roots of their house.
///
/// Version 1 lists mallory as an approver and another key of serving's; version 2 removes both, and root is then two of three.
/// Approvers: alice (group risk), bob (group ml), carol, and erin, who is retired in version 2. Policy: staging 1, production 2 with
/// one each of risk and ml; lab 1; 90 days, leases of 300 seconds.
enum PaperHouse {
  static let time = Timestamp(microseconds: 1_767_323_045_000_000)  // 2026-01-02T03:04:05Z
  static let planes: [Role] = [.training, .governance, .serving]

  /// The key of a name. A name may be anything: nobody else has a key of that name.
  static func key(_ name: String) throws -> SecretKey {
    var seed = Digest(hashing: Array("bundle corpus, key of \(name)".utf8)).bytes
    return try SecretKey(seed: &seed)
  }

  static func keys(_ names: [String]) throws -> [SecretKey] { try names.map(key) }

  /// - Parameter change: of the roster.
  static func root(
    _ version: Int, expiresAt: Timestamp? = nil, change: (Principal) throws -> Principal? = { $0 }
  ) throws -> TrustRoot {
    let isFirst = version == 1
    var principals = try [
      plane(.training), plane(.governance),
      principal(
        "serving-plane", nil, .serving, keys: isFirst ? ["old serving-plane", "serving-plane"] : ["serving-plane"]),
      principal("trainer", "tess", .submitter), principal("alice", "alice", .approver, ["risk"]),
      principal("bob", "bob", .approver, ["ml"]), principal("carol", "carol", .approver),
      principal("erin", "erin", .approver, ["ml"]), principal("ci", "dave", .deployer),
    ]
    if isFirst { principals.append(try principal("mallory", "mallory", .approver, ["ml"])) }
    if !isFirst { principals = principals.map { $0.id.text == "erin" ? $0.retired(at: issued(2)) : $0 } }
    principals = try principals.compactMap(change)
    return try TrustRoot(
      version: version, issuedAt: issued(version), expiresAt: expiresAt ?? time.adding(days: 365),
      rootKeys: keys(rootKeys(version)).map(\.publicKey), threshold: isFirst ? 1 : 2, principals: principals,
      policy: policy)
  }

  static func issued(_ version: Int) -> Timestamp { time.adding(days: [1: -30, 2: -10][version] ?? -5) }

  static func rootKeys(_ version: Int) -> [String] {
    version == 1 ? ["root one"] : ["root one", "root two", "root three"]
  }

  /// The versions from 1 on, each signed by those who must.
  static func roots(upTo version: Int, expiresAt: Timestamp? = nil) throws -> [UnverifiedEnvelope] {
    try (1...version).map {
      try root($0, expiresAt: expiresAt).signed(by: keys($0 == 1 ? ["root one"] : ["root one", "root two"]))
    }
  }

  /// Two versions, of which the second has a roster that `change` made of the ordinary one.
  static func roots(change: (Principal) throws -> Principal?) throws -> [UnverifiedEnvelope] {
    let second = try root(2, change: change).signed(by: keys(["root one", "root two"]))
    return [try roots(upTo: 1)[0], second]
  }

  /// Version 2 with another text, after version 1.
  static func roots(
    second edit: TextEdit, by signers: [String] = ["root one", "root two"]
  ) throws -> [UnverifiedEnvelope] {
    let text = try root(2).signed(by: []).payload.edited(edit)
    return [try roots(upTo: 1)[0], try UnverifiedEnvelope(signing: text, as: .trustRoot, by: keys(signers))]
  }

  private static var policy: Policy {
    func environment(_ required: Int, _ groups: [String] = []) -> EnvironmentPolicy {
      EnvironmentPolicy(
        requiredApprovers: required, maxTTLDays: 90, allOf: groups.map(GroupName.init(checked:)), leaseSeconds: 300)
    }
    return Policy(
      environments: [
        EnvironmentName(checked: "staging"): environment(1), EnvironmentName(checked: "lab"): environment(1),
        EnvironmentName(checked: "production"): environment(2, ["risk", "ml"]),
      ], profiles: [ProfileName(checked: "default"): ["require_weights_hash"]])
  }

  private static func plane(_ role: Role) throws -> Principal { try principal("\(role.rawValue)-plane", nil, role) }

  private static func principal(
    _ id: String, _ person: String?, _ role: Role, _ groups: [String] = [], keys names: [String]? = nil
  ) throws -> Principal {
    Principal(
      id: PrincipalID(checked: id), person: person.map(PersonID.init(checked:)), roles: [role],
      groups: groups.map(GroupName.init(checked:)), keys: try keys(names ?? [id]).map(\.publicKey))
  }
}
