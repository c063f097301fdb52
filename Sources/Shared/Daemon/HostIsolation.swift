import Attestations
import Glibc
import PlaneContract
import Storage

/// Whether this host keeps its planes apart (`require_distinct_uids`): each has a user of its own, none is root, and this process is its
/// own plane's. Where it is not so, a plane that is taken over reads the others' keys, and signatures prove nothing.
enum HostIsolation {
  /// Throws `StorageError.unusable` with what is wrong and what to do.
  static func require(for plane: Role) throws(StorageError) {
    try require(for: plane, runningAs: geteuid()) { name in unsafe getpwnam(name).map { unsafe $0.pointee.pw_uid } }
  }

  static func require(
    for plane: Role, runningAs own: UInt32, userID: (String) -> UInt32?
  ) throws(StorageError) {
    var owners: [UInt32: String] = [0: "root"]
    for name in [Role.training, .governance, .serving].map(\.planeName) {
      guard let id = userID(name) else {
        throw .unusable("require_distinct_uids: there is no user \(name) on this host; run systemd-sysusers")
      }
      if let other = owners.updateValue(name, forKey: id) {
        throw .unusable("require_distinct_uids: the users \(other) and \(name) are one, user \(id); give each its own")
      }
    }
    guard owners[own] == plane.planeName else {
      let found = owners[own] ?? "user \(own)"
      throw .unusable("require_distinct_uids: this runs as \(found); run it as \(plane.planeName), by its unit")
    }
  }
}
