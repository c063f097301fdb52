import Wire

/// What an environment demands of an approval. An environment that the policy does not name is denied.
package struct EnvironmentPolicy: Sendable, Equatable {
  package static let maximumTTLDays = 3650
  static let defaultLeaseGraceSeconds = 3600
  package static let defaultUndeployGraceSeconds = 86_400

  package let requiredApprovers: Int
  package let maxTTLDays: Int
  /// Groups of which at least one counted person each must have signed.
  package let allOf: [GroupName]
  /// How long a lease of governance holds here; nil: no lease is asked for.
  package let leaseSeconds: Int?
  private let statedLeaseGrace: Int?
  private let statedUndeployGrace: Int?
  /// When governance revokes by itself because of drift here; nil: never.
  package let autoRevoke: AutomaticRevocation?

  /// How long what runs is still authorized after the lease has ended.
  package var leaseGraceSeconds: Int { statedLeaseGrace ?? Self.defaultLeaseGraceSeconds }
  /// How long what runs stays in place after it was denied for another reason than a revocation.
  package var undeployGraceSeconds: Int { statedUndeployGrace ?? Self.defaultUndeployGraceSeconds }

  package init(
    requiredApprovers: Int, maxTTLDays: Int, allOf: [GroupName] = [], leaseSeconds: Int? = nil,
    leaseGraceSeconds: Int? = nil, undeployGraceSeconds: Int? = nil, autoRevoke: AutomaticRevocation? = nil
  ) {
    self.requiredApprovers = requiredApprovers
    self.maxTTLDays = maxTTLDays
    self.allOf = allOf
    self.leaseSeconds = leaseSeconds
    statedLeaseGrace = leaseGraceSeconds
    statedUndeployGrace = undeployGraceSeconds
    self.autoRevoke = autoRevoke
  }

  init(_ value: JSONValue, _ name: String) throws(FieldError) {
    var reader = try ObjectReader(value, name)
    requiredApprovers = try reader.int("required_approvers", in: 1...ModelApproval.maximumRequiredApprovers)
    maxTTLDays = try reader.int("max_ttl_days", in: 1...Self.maximumTTLDays)
    allOf = try reader.optionalIdentifiers("all_of", maximum: 16) ?? []
    leaseSeconds = try reader.optionalInt("lease_seconds", in: 10...86_400)
    statedLeaseGrace = try reader.optionalInt("lease_grace_seconds", in: 0...604_800)
    statedUndeployGrace = try reader.optionalInt("undeploy_grace_seconds", in: 0...2_592_000)
    autoRevoke = try reader.optional("auto_revoke").map { value throws(FieldError) in
      try AutomaticRevocation(value, "\(name).auto_revoke")
    }
    try reader.finish()
  }

  package var json: JSONValue {
    var fields: JSONObject = [
      "required_approvers": .init(requiredApprovers), "max_ttl_days": .init(maxTTLDays),
      "all_of": allOf.isEmpty ? .null : .init(allOf.map(\.text)),
      "lease_seconds": leaseSeconds.map { .init($0) } ?? .null,
    ]
    // Left out where they were not stated: a root from before them is written as it was read.
    if let statedLeaseGrace { fields.append("lease_grace_seconds", .init(statedLeaseGrace)) }
    if let statedUndeployGrace { fields.append("undeploy_grace_seconds", .init(statedUndeployGrace)) }
    fields.append("auto_revoke", autoRevoke?.json ?? .null)
    return .object(fields)
  }
}

/// The signed rules of the house: environments by name, and the integrity rules that a profile stands for.
package struct Policy: Sendable, Equatable {
  package let environments: [EnvironmentName: EnvironmentPolicy]
  /// Names of integrity rules; what they mean is Metadata's, and an unknown one fails closed there.
  package let profiles: [ProfileName: [String]]

  /// Reads a policy that somebody wrote down.
  package init(parsing bytes: [UInt8]) throws {
    guard let object = try StrictJSON.parse(bytes).object else { throw FieldError("policy", "expected an object") }
    try self.init(object)
  }

  /// The same with some fields of one environment set; a field that is set to null is as one that is not there.
  package func setting(_ fields: JSONObject, of name: EnvironmentName) throws(FieldError) -> Policy {
    let known = environments[name]?.json.object ?? [:]
    var merged: JSONObject = [:]
    for member in known.members where fields[member.key] == nil { merged.append(member.key, member.value) }
    for member in fields.members { merged.append(member.key, member.value) }
    var environments = environments
    environments[name] = try EnvironmentPolicy(.object(merged), "policy.environments.\(name)")
    return Policy(environments: environments, profiles: profiles)
  }

  /// The same without an environment; what was approved for it is denied.
  package func removing(_ name: EnvironmentName) -> Policy {
    Policy(environments: environments.filter { $0.key != name }, profiles: profiles)
  }

  package init(environments: [EnvironmentName: EnvironmentPolicy], profiles: [ProfileName: [String]]) {
    self.environments = environments
    self.profiles = profiles
  }

  /// How long a lease lives that holds in every environment; nil when none asks for one.
  package var leaseSeconds: Int? { environments.values.compactMap(\.leaseSeconds).min() }

  init(_ object: JSONObject) throws(FieldError) {
    var reader = ObjectReader(object, "policy")
    var environments: [EnvironmentName: EnvironmentPolicy] = [:]
    for member in try reader.object("environments").members {
      guard let name = EnvironmentName(member.key) else {
        throw reader.failure("environments", "expected \(EnvironmentName.rule)")
      }
      environments[name] = try EnvironmentPolicy(member.value, "policy.environments.\(name)")
    }
    var profiles: [ProfileName: [String]] = [:]
    var profileReader = ObjectReader(try reader.object("profiles"), "policy.profiles")
    for member in try reader.object("profiles").members {
      guard let name = ProfileName(member.key) else { throw reader.failure("profiles", "expected \(ProfileName.rule)") }
      profiles[name] = try profileReader.strings(member.key, maximum: 64)
    }
    try reader.finish()
    self.environments = environments
    self.profiles = profiles
  }

  package var json: JSONValue {
    var environmentFields: JSONObject = [:]
    for (name, environment) in environments.sorted(by: { $0.key < $1.key }) {
      environmentFields.append(name.text, environment.json)
    }
    var profileFields: JSONObject = [:]
    for (name, rules) in profiles.sorted(by: { $0.key < $1.key }) { profileFields.append(name.text, .init(rules)) }
    return ["environments": .object(environmentFields), "profiles": .object(profileFields)]
  }
}
