import Signing
import Wire

/// Somebody or something with keys, as the trust root lists it.
package struct Principal: Sendable, Equatable {
  package static let maximumKeyCount = 16

  package let id: PrincipalID
  /// Who it is, or who answers for it when it is a robot.
  package let person: PersonID?
  package let roles: [Role]
  package let groups: [GroupName]
  package let keys: [PublicKey]
  /// Set when this principal may sign nothing new.
  package let retiredAt: Timestamp?

  package init(
    id: PrincipalID, person: PersonID?, roles: [Role], groups: [GroupName] = [], keys: [PublicKey],
    retiredAt: Timestamp? = nil
  ) {
    self.id = id
    self.person = person
    self.roles = roles
    self.groups = groups
    self.keys = keys
    self.retiredAt = retiredAt
  }

  init(_ value: JSONValue, _ name: String) throws(FieldError) {
    var reader = try ObjectReader(value, name)
    id = try reader.identifier("id")
    person = try reader.optionalIdentifier("person")
    var roles: [Role] = []
    for text in try reader.strings("roles", maximum: Role.allCases.count) {
      guard let role = Role(rawValue: text), !roles.contains(role) else {
        throw reader.failure("roles", "\(text.clipped(64)) is no role, or stands twice")
      }
      roles.append(role)
    }
    self.roles = roles
    groups = try reader.optionalIdentifiers("groups", maximum: 64) ?? []
    keys = try reader.publicKeys("keys", maximum: Self.maximumKeyCount)
    retiredAt = try reader.optionalTime("retired_at")
    try reader.finish()
  }

  package var json: JSONValue {
    [
      "id": id.json, "person": .init(person?.text), "roles": .init(roles.map(\.rawValue)),
      "groups": .init(groups.map(\.text)), "keys": .init(keys.map(\.hex)),
      "retired_at": .init(retiredAt?.attestationText),
    ]
  }

  /// The same principal, who may sign nothing new from then on.
  package func retired(at time: Timestamp) -> Principal {
    Principal(id: id, person: person, roles: roles, groups: groups, keys: keys, retiredAt: time)
  }

  /// The same principal with other keys.
  package func with(keys: [PublicKey]) -> Principal {
    Principal(id: id, person: person, roles: roles, groups: groups, keys: keys, retiredAt: retiredAt)
  }

  package func holds(_ role: Role) -> Bool { retiredAt == nil && roles.contains(role) }
}

extension ObjectReader {
  mutating func publicKeys(_ key: String, maximum: Int) throws(FieldError) -> [PublicKey] {
    var keys: [PublicKey] = []
    for text in try strings(key, maximum: maximum) {
      guard let publicKey = PublicKey(hex: text) else {
        throw failure(key, "\(text.prefix(16))… is no Ed25519 public key of 64 lowercase hex digits")
      }
      keys.append(publicKey)
    }
    guard !keys.isEmpty else { throw failure(key, "must hold at least one key") }
    return keys
  }
}
