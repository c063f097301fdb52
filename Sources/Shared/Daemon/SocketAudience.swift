import Glibc
import PlaneContract

/// Whose processes may speak on a socket, beyond the group that may open its file (`allow_uids`): the kernel says who connected. It
/// gives nobody a right; what is said still counts by its signature.
package struct SocketAudience: Sendable {
  /// By the socket's file name; a socket that is not named here lets in whoever could open it.
  private let allowed: [String: Set<UInt32>]

  /// Reads `allow_uids`: a mapping of socket names to lists of users, each by name or number.
  init(_ section: ConfigSection, of sockets: [SocketName]) throws(ConfigError) {
    try self.init(section, of: sockets, userID: Self.userID)
  }

  init(
    _ section: ConfigSection, of sockets: [SocketName], userID: (String) -> UInt32?
  ) throws(ConfigError) {
    guard section.has("allow_uids") else {
      allowed = [:]
      return
    }
    let audiences = try section.map("allow_uids")
    var allowed: [String: Set<UInt32>] = [:]
    for name in sockets.map(\.fileName) where audiences.has(name) {
      var users: Set<UInt32> = []
      for user in try audiences.strings(name) {
        guard let id = UInt32(user) ?? userID(user) else {
          throw audiences.failure(name, "there is no user \(LogText.escaped(user, limit: 64)) on this host")
        }
        users.insert(id)
      }
      allowed[name] = users
    }
    self.allowed = allowed
  }

  func admits(_ uid: UInt32, on socket: SocketName) -> Bool { allowed[socket.fileName]?.contains(uid) ?? true }

  private static func userID(_ name: String) -> UInt32? { unsafe getpwnam(name).map { unsafe $0.pointee.pw_uid } }
}
