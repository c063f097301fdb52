import Attestations
import Signing
import Testing
import Wire

/// A trust root with everybody in it and the keys of all of them, and what they would sign on an ordinary day.
struct House {
  static let now = Timestamp(microseconds: 1_767_323_045_000_000)

  let names = Names()
  let root: VerifiedTrustRoot

  /// - Parameter change: alters the root before it is signed.
  init(_ change: (inout RootDraft) -> Void = { _ in }) throws {
    var draft = try RootDraft.ordinary()
    change(&draft)
    root = try draft.verified()
  }

  /// The root that follows this house's, signed by root.
  func successor(
    of root: VerifiedTrustRoot? = nil, _ change: (inout RootDraft) throws -> Void
  ) throws -> VerifiedTrustRoot {
    let root = root ?? self.root
    var draft = try RootDraft.ordinary()
    draft.version = root.version + 1
    try change(&draft)
    return try root.successor(draft.signedUnjudged(by: ["root"]))
  }

  /// The key of a name, the same in every run.
  static func key(_ name: String) throws -> SecretKey {
    var seed = Digest(hashing: Array("key of \(name)".utf8)).bytes
    return try SecretKey(seed: &seed)
  }

  static func keys(_ names: [String]) throws -> [SecretKey] { try names.map(key) }
}

/// The identifiers that tests speak of.
struct Names {
  let model = ModelID(checked: "org/classifier")
  let otherModel = ModelID(checked: "org/other")
  let staging = EnvironmentName(checked: "staging")
  let production = EnvironmentName(checked: "production")
  let weights = Digest(hashing: Array("weights".utf8))
  let otherWeights = Digest(hashing: Array("other weights".utf8))
  let approval = ApprovalID(checked: "approval:0000000000000001")
}

/// A trust root before it is signed, open to change.
struct RootDraft {
  var rootKeys: [PublicKey]
  var threshold = 1
  var principals: [Principal]
  var environments: [EnvironmentName: EnvironmentPolicy]
  var expiresAt = House.now.adding(days: 365)
  var version = 1

  static func ordinary() throws -> RootDraft {
    try RootDraft(
      rootKeys: [House.key("root").publicKey],
      principals: [
        plane(.training), plane(.governance), plane(.serving), person("trainer", "tess", .submitter),
        person("alice", "alice", .approver, ["risk"]), person("bob", "bob", .approver, ["science"]),
        person("carol", "carol", .approver), person("ci", "dave", .deployer), person("metrics", nil, .monitor),
        person("bridge", nil, .reader),
      ],
      environments: [
        EnvironmentName(checked: "staging"): EnvironmentPolicy(requiredApprovers: 1, maxTTLDays: 90),
        EnvironmentName(checked: "production"): EnvironmentPolicy(requiredApprovers: 2, maxTTLDays: 30),
      ])
  }

  static func plane(_ role: Role) throws -> Principal { try person("\(role.rawValue)-plane", nil, role) }

  static func person(_ id: String, _ person: String?, _ role: Role, _ groups: [String] = []) throws -> Principal {
    try Principal(
      id: PrincipalID(checked: id), person: person.map(PersonID.init(checked:)), roles: [role],
      groups: groups.map(GroupName.init(checked:)), keys: [House.key(id).publicKey])
  }

  /// Replaces the principal of this id.
  mutating func replace(_ id: String, with principals: Principal...) {
    self.principals.removeAll { $0.id.text == id }
    self.principals += principals
  }

  func document() throws -> TrustRoot {
    try TrustRoot(
      version: version, issuedAt: House.now.adding(days: -1), expiresAt: expiresAt, rootKeys: rootKeys,
      threshold: threshold, principals: principals,
      policy: Policy(environments: environments, profiles: [ProfileName(checked: "default"): []]))
  }

  /// Signed without asking whether any rule holds: what a thief of those keys can make.
  func signedUnjudged(by signers: [String]) throws -> UnverifiedEnvelope {
    var draft = try TrustRootDraft(RootDraft.ordinary().document())
    (draft.version, draft.expiresAt, draft.rootKeys, draft.threshold) = (version, expiresAt, rootKeys, threshold)
    draft.issuedAt = min(draft.issuedAt, expiresAt.adding(seconds: -1))
    draft.principals = principals
    draft.policy = Policy(environments: environments, profiles: draft.policy.profiles)
    return try UnverifiedEnvelope(signing: draft.json.serialized(), as: .trustRoot, by: House.keys(signers))
  }

  func verified(by signers: [String] = ["root"]) throws -> VerifiedTrustRoot {
    let envelope = try document().signed(by: House.keys(signers))
    return try VerifiedTrustRoot.verify(envelope, pinned: envelope.payloadDigest)
  }
}
