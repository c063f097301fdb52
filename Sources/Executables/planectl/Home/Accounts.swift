import Glibc

/// The users and groups of this machine, by name and number. nil: there is none.
enum Accounts {
  static func userID(_ name: String) -> uid_t? { unsafe getpwnam(name).map { unsafe $0.pointee.pw_uid } }

  static func groupID(_ name: String) -> gid_t? { unsafe getgrnam(name).map { unsafe $0.pointee.gr_gid } }

  /// The number where nobody has given it a name.
  static func userName(_ id: uid_t) -> String {
    unsafe getpwuid(id).map { unsafe String(cString: $0.pointee.pw_name) } ?? "user \(id)"
  }

  static func groupName(_ id: gid_t) -> String {
    unsafe getgrgid(id).map { unsafe String(cString: $0.pointee.gr_name) } ?? "group \(id)"
  }

  /// Who is in a group beyond those whose own group it is.
  static func members(of group: String) -> [String] {
    guard let entry = unsafe getgrnam(group), var member = unsafe entry.pointee.gr_mem else { return [] }
    var names: [String] = []
    while let name = unsafe member.pointee {
      names.append(unsafe String(cString: name))
      unsafe member += 1
    }
    return names
  }
}
