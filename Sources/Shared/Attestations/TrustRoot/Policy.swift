import Wire

/// What an environment demands of an approval. An environment that the policy does not name is denied.
package struct EnvironmentPolicy: Sendable, Equatable {
  package static let maximumTTLDays = 3650

  package let requiredApprovers: Int
  package let maxTTLDays: Int
  /// Groups of which at least one counted person each must have signed.
  package let allOf: [GroupName]
  /// Carried for the lease, which this version does not enforce yet.
  package let leaseSeconds: Int?
  /// When governance revokes by itself because of drift here; nil: never.
  package let autoRevoke: AutomaticRevocation?

  package init(
    requiredApprovers: Int, maxTTLDays: Int, allOf: [GroupName] = [], leaseSeconds: Int? = nil,
    autoRevoke: AutomaticRevocation? = nil
  ) {
    self.requiredApprovers = requiredApprovers
    self.maxTTLDays = maxTTLDays
    self.allOf = allOf
    self.leaseSeconds = leaseSeconds
    self.autoRevoke = autoRevoke
  }

  init(_ value: JSONValue, _ name: String) throws(FieldError) {
    var reader = try ObjectReader(value, name)
    requiredApprovers = try reader.int("required_approvers", in: 1...ModelApproval.maximumRequiredApprovers)
    maxTTLDays = try reader.int("max_ttl_days", in: 1...Self.maximumTTLDays)
    allOf = try reader.optionalIdentifiers("all_of", maximum: 16) ?? []
    leaseSeconds = try reader.optionalInt("lease_seconds", in: 10...86_400)
    autoRevoke = try reader.optional("auto_revoke").map { value throws(FieldError) in
      try AutomaticRevocation(value, "\(name).auto_revoke")
    }
    try reader.finish()
  }

  var json: JSONValue {
    [
      "required_approvers": .init(requiredApprovers), "max_ttl_days": .init(maxTTLDays),
      "all_of": allOf.isEmpty ? .null : .init(allOf.map(\.text)),
      "lease_seconds": leaseSeconds.map { .init($0) } ?? .null, "auto_revoke": autoRevoke?.json ?? .null,
    ]
  }
}

/// The signed rules of the house: environments by name, and the integrity rules that a profile stands for.
package struct Policy: Sendable, Equatable {
  package let environments: [EnvironmentName: EnvironmentPolicy]
  /// Names of integrity rules; what they mean is Metadata's, and an unknown one fails closed there.
  package let profiles: [ProfileName: [String]]

  package init(environments: [EnvironmentName: EnvironmentPolicy], profiles: [ProfileName: [String]]) {
    self.environments = environments
    self.profiles = profiles
  }

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

  var json: JSONValue {
    var environmentFields: JSONObject = [:]
    for (name, environment) in environments.sorted(by: { $0.key < $1.key }) {
      environmentFields.append(name.text, environment.json)
    }
    var profileFields: JSONObject = [:]
    for (name, rules) in profiles.sorted(by: { $0.key < $1.key }) { profileFields.append(name.text, .init(rules)) }
    return ["environments": .object(environmentFields), "profiles": .object(profileFields)]
  }
}
