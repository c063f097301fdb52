import Attestations
import Glibc
import PlaneContract

/// The files of the planes' sockets: whoever may open one may speak there.
struct SocketFindings {
  let home: Home
  /// The number of a group on a host; nil: there is none.
  var group: (String) -> gid_t? = Accounts.groupID

  var findings: [Finding] {
    guard home.kind != .distant else { return [] }
    return Home.planes.flatMap(findings)
  }

  /// A plane that does not run has no sockets in a home of one user, and no findings here: that it is away is said already.
  private func findings(of plane: Role) -> [Finding] {
    let sockets = SocketName.sockets(of: plane)
    let problems = sockets.map { (socket: $0, problem: problem($0)) }
    guard problems.contains(where: { $0.problem != .absent }) else { return [] }
    let faults: [Finding] = problems.compactMap { socket, problem in
      switch problem {
      case .none: nil
      case .absent:
        .fail(
          .socket, home.socket(socket), "it is not there, and others of \(plane.planeName) are", next: restart(plane))
      case .unseen(let reason):
        .unseen(.socket, home.socket(socket), reason, next: "sudo planectl doctor sees it")
      case .open(let reason):
        .fail(.socket, home.socket(socket), reason, next: "\(restart(plane)); if it comes back, look who changes it")
      }
    }
    guard faults.isEmpty else { return faults }
    return [.ok(.socket, plane.planeName, "its sockets are open to their audiences alone")]
  }

  private enum Problem: Equatable {
    case none, absent
    case unseen(String)
    case open(String)
  }

  private func problem(_ socket: SocketName) -> Problem {
    var status = stat()
    guard unsafe lstat(home.socket(socket), &status) == 0 else {
      return errno == ENOENT ? .absent : .unseen(unsafe String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFSOCK else { return .open("it is no socket") }
    // To connect is to write. In a home of one user the folder keeps everybody else out.
    guard status.st_mode & 0o007 == 0 else { return .open("everybody may open it") }
    guard home.kind == .ofHost, status.st_mode & 0o070 != 0 else { return .none }
    guard let wanted = group(socket.group) else { return .open("there is no group \(socket.group) on this host") }
    guard status.st_gid == wanted else {
      return .open("the group \(Accounts.groupName(status.st_gid)) may open it, and not \(socket.group)")
    }
    return .none
  }

  private func restart(_ plane: Role) -> String {
    home.kind == .ofHost
      ? "systemctl restart \(plane.planeName) '\(plane.planeName)-*.socket'" : "planectl down, then planectl up"
  }
}
