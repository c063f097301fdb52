import Attestations
import PlaneContract
import Signing
import Wire

/// The people of a new home, each with one name, one role and one key.
struct Roster: Sendable {
  struct Member: Sendable {
    let name: PrincipalID
    let role: Role
    let key: SecretKey
  }

  let members: [Member]

  /// - Throws: `Failure` when one name stands twice or is a plane's or the root's.
  init(_ names: [(Role, [PrincipalID])]) throws {
    var members: [Member] = []
    for (role, ids) in names {
      for id in ids { members.append(Member(name: id, role: role, key: try SecretKey.generate())) }
    }
    self.members = members
    try checkNames()
  }

  private func checkNames() throws {
    var taken = Set(Home.planes.map(\.planeName) + [Home.bridge, "root"])
    for member in members where !taken.insert(member.name.text).inserted {
      throw Failure.refused(
        "the name \(member.name) is taken",
        hint: "every approver, submitter, deployer, monitor and reader has a name of its own")
    }
  }

  /// As whom the bridge asks the planes.
  var reader: PrincipalID { members.first { $0.role == .reader }?.name ?? PrincipalID(checked: "bridge") }

  func count(of role: Role) -> Int { members.filter { $0.role == role }.count }

  /// How many must approve for production: two people, where there are two.
  var productionApprovers: Int { min(2, count(of: .approver)) }

  var principals: [Principal] {
    members.map { member in
      Principal(
        id: member.name, person: PersonID(member.name.text), roles: [member.role], keys: [member.key.publicKey])
    }
  }
}
