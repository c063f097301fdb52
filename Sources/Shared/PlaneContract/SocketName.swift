import Attestations

/// The sockets of the planes: one per audience, each in a directory that its plane alone can write.
package enum SocketName: String, Sendable, CaseIterable {
  case submit, ingest, approve, observe, governanceRead, control, revoke, deploy, servingRead

  /// The plane that serves it, by its role in the trust root.
  package var plane: Role {
    switch self {
    case .submit: .training
    case .ingest, .approve, .observe, .governanceRead: .governance
    case .control, .revoke, .deploy, .servingRead: .serving
    }
  }

  /// The file's name: two planes have a `read.sock`.
  package var fileName: String {
    switch self {
    case .governanceRead, .servingRead: "read.sock"
    default: rawValue + ".sock"
    }
  }

  /// The Unix group whose members may connect on a host.
  package var group: String {
    switch self {
    case .submit: "training-jobs"
    case .ingest: "training-plane"
    case .approve, .revoke: "model-approvers"
    case .observe: "serving-plane"
    case .governanceRead, .servingRead: "model-readers"
    case .control: "governance-plane"
    case .deploy: "model-deployers"
    }
  }

  /// `governance-plane/read.sock`, under a home's `run` directory.
  package var path: String { "\(plane.planeName)/\(fileName)" }

  package static func sockets(of plane: Role) -> [SocketName] { allCases.filter { $0.plane == plane } }
}

extension Role {
  /// The name of a plane's process, directory and socket folder: `training-plane`.
  package var planeName: String { rawValue + "-plane" }
}
