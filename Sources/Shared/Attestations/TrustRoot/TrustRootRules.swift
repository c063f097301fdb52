import Signing
import Wire

/// The rules that a root obeys on its own, checked when it is signed and when it is loaded (DESIGN section 4).
enum TrustRootRules {
  static func check(_ root: TrustRoot) throws(FieldError) {
    guard root.expiresAt > root.issuedAt else { throw FieldError("trust root.expires_at", "is not after issued_at") }
    guard root.threshold <= root.rootKeys.count else {
      throw FieldError("trust root.root.threshold", "is more than the number of root keys")
    }
    guard Set(root.principals.map(\.id)).count == root.principals.count else {
      throw FieldError("trust root.principals", "one id stands twice")
    }
    try checkKeys(root)
    try checkPlanes(root)
    try checkPersons(root)
    try checkGroups(root)
  }

  /// One key under two names would let one signer count as two.
  private static func checkKeys(_ root: TrustRoot) throws(FieldError) {
    var holders: [PublicKey: String] = [:]
    for key in root.rootKeys {
      guard holders.updateValue("the root", forKey: key) == nil else {
        throw FieldError("trust root.root.keys", "the key \(key) stands twice")
      }
    }
    for principal in root.principals {
      for key in principal.keys {
        guard let holder = holders.updateValue(principal.id.text, forKey: key) else { continue }
        throw FieldError("principal \(principal.id)", "its key \(key) already belongs to \(holder)")
      }
    }
  }

  private static func checkPlanes(_ root: TrustRoot) throws(FieldError) {
    for role in Role.planes.sorted(by: { $0.rawValue < $1.rawValue }) {
      let holders = root.principals.filter { $0.holds(role) }
      guard holders.count == 1, let plane = holders.first else {
        throw FieldError(
          "trust root.principals", "the role \(role.rawValue) needs exactly one principal, found \(holders.count)")
      }
      guard plane.roles == [role], plane.person == nil else {
        throw FieldError("principal \(plane.id)", "a plane holds its one role, and names no person")
      }
    }
  }

  /// The separation of duties: nobody submits, approves and deploys, under whatever names.
  private static func checkPersons(_ root: TrustRoot) throws(FieldError) {
    var duties: [PersonID: Role] = [:]
    for principal in root.principals {
      for role in principal.roles where role.isDuty {
        guard let person = principal.person else {
          throw FieldError("principal \(principal.id)", "a \(role.rawValue) must name the person who answers for it")
        }
        guard let other = duties.updateValue(role, forKey: person), other != role else { continue }
        throw FieldError("person \(person)", "holds both \(other.rawValue) and \(role.rawValue)")
      }
    }
  }

  private static func checkGroups(_ root: TrustRoot) throws(FieldError) {
    let groups = Set(root.principals.filter { $0.holds(.approver) }.flatMap(\.groups))
    for (name, environment) in root.policy.environments {
      for group in environment.allOf where !groups.contains(group) {
        throw FieldError("policy.environments.\(name).all_of", "no approver is in the group \(group)")
      }
    }
  }
}
