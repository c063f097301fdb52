import Signing
import Wire

/// What all versions of a trust root so far say together: who ever held which key, who every name stands for, and since when somebody
/// is retired. It grows with each version and is what makes one version's people the same people in the next.
struct TrustRootHistory: Sendable {
  /// Whose a key is, for ever.
  enum Holder: Hashable {
    case root
    case principal(PrincipalID, PersonID?)
  }

  struct KeyRecord: Sendable {
    let holder: Holder
    var roles: Set<Role>
    /// The first and the latest version that list it; there is no gap between them.
    let first: Int
    var last: Int
  }

  private(set) var keys: [PublicKey: KeyRecord] = [:]
  private(set) var persons: [PrincipalID: PersonID?] = [:]
  /// The version with which the retirement that still lasts began.
  private(set) var retiredSince: [PrincipalID: Int] = [:]
  /// Where this or an earlier version lets drift revoke.
  private(set) var environmentsOfDrift: Set<EnvironmentName> = []
  /// Payload digests, of version 1 first.
  private(set) var digests: [Digest] = []

  /// Adds the version that comes after all those added before.
  ///
  /// - Throws: `rule` when a key changes hands or comes back, or a name comes to mean another person.
  mutating func add(_ root: TrustRoot, digest: Digest) throws(TrustRootError) {
    for key in root.rootKeys { try add(key, of: .root, [], root.version) }
    for principal in root.principals { try add(principal, root.version) }
    environmentsOfDrift.formUnion(root.policy.environments.filter { $0.value.autoRevoke != nil }.keys)
    digests.append(digest)
  }

  private mutating func add(_ principal: Principal, _ version: Int) throws(TrustRootError) {
    if let known = persons[principal.id], known != principal.person {
      throw .rule(
        version,
        "principal \(principal.id) was \(Self.name(known)) and is now \(Self.name(principal.person)); give a new name")
    }
    persons.updateValue(principal.person, forKey: principal.id)
    retiredSince[principal.id] = principal.retiredAt == nil ? nil : retiredSince[principal.id] ?? version
    for key in principal.keys {
      try add(key, of: .principal(principal.id, principal.person), Set(principal.roles), version)
    }
  }

  private mutating func add(
    _ key: PublicKey, of holder: Holder, _ roles: Set<Role>, _ version: Int
  ) throws(TrustRootError) {
    guard var record = keys[key] else {
      keys[key] = KeyRecord(holder: holder, roles: roles, first: version, last: version)
      return
    }
    guard record.holder == holder else {
      throw .rule(
        version, "the key \(key) was \(Self.name(record.holder))'s and is now \(Self.name(holder))'s; make a new key")
    }
    // Whoever was removed may have been removed because this key was stolen; what it signed must not count again.
    guard record.last >= version - 1 else {
      throw .rule(version, "the key \(key) of \(Self.name(holder)) left after version \(record.last); make a new key")
    }
    record.last = version
    record.roles.formUnion(roles)
    keys[key] = record
  }

  private static func name(_ holder: Holder) -> String {
    switch holder {
    case .root: "the root"
    case .principal(let id, let person): person.map { "\(id) (\($0))" } ?? id.text
    }
  }

  private static func name(_ person: PersonID?) -> String { person?.text ?? "nobody's" }
}
