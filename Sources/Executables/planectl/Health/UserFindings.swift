import Attestations
import Glibc
import PlaneContract

/// The users of a host: three planes are apart only as three users, a plane's group lets into its peer's socket, and the bridge, where
/// there is one, is none of them.
struct UserFindings {
  let home: Home
  /// nil: there is no such user.
  var user: (Role) -> uid_t? = { Accounts.userID($0.planeName) }
  var bridgeUser: () -> uid_t? = { Accounts.userID(Home.bridge) }
  var members: (String) -> [String] = Accounts.members

  var findings: [Finding] {
    guard home.kind == .ofHost else { return [] }
    let faults = absent + shared + strangers + bridge
    return
      (faults.isEmpty ? [.ok(.users, "the three planes", "they are three users, and alone in their groups")] : faults)
      + isolation
  }

  private var absent: [Finding] {
    Home.planes.filter { user($0) == nil }.map {
      .fail(.users, $0.planeName, "there is no user of this name", next: "systemd-sysusers makes it")
    }
  }

  private var shared: [Finding] {
    var owners: [uid_t: String] = [0: "root"]
    return Home.planes.compactMap { plane in
      guard let id = user(plane), let other = owners.updateValue(plane.planeName, forKey: id) else { return nil }
      return .fail(
        .users, plane.planeName, "it is the same user as \(other): whoever takes over one has the other's key",
        next: "give each plane a user of its own")
    }
  }

  private var strangers: [Finding] {
    Home.planes.compactMap { plane in
      let others = members(plane.planeName).filter { $0 != plane.planeName }
      guard !others.isEmpty else { return nil }
      return .fail(
        .users, plane.planeName, "\(others.joined(separator: ", ")) may open its peer's socket, being in its group",
        next: "gpasswd -d \(others[0]) \(plane.planeName)")
    }
  }

  /// Of all that runs here the bridge alone hears strangers.
  private var bridge: [Finding] {
    guard home.hasBridge else { return [] }
    guard let id = bridgeUser() else {
      return [.fail(.users, Home.bridge, "there is no user of this name", next: "systemd-sysusers makes it")]
    }
    let plane = Home.planes.first { user($0) == id }?.planeName
    guard let other = id == 0 ? "root" : plane else { return [] }
    return [
      .fail(
        .users, Home.bridge, "it is the same user as \(other): whoever takes it over has what is \(other)'s",
        next: "give the bridge a user of its own")
    ]
  }

  private var isolation: [Finding] {
    Home.planes.compactMap { plane in
      let config = home.hostConfig(of: plane)
      // What this user may not read is said of the pin already.
      guard let value = try? ConfigLine.value(of: "require_distinct_uids", in: config) ?? "absent", value != "true"
      else { return nil }
      return .warn(
        .users, config, "require_distinct_uids is \(value): the plane would start where isolation is not in force",
        next: "set it to true")
    }
  }
}
