import Attestations
import FoundationEssentials
import PlaneContract

/// Where the planes of a home are, by the configs that are in it.
enum HomeKind {
  /// Here, all of them run by the home's one user.
  case ofOneUser
  /// Here, each run by a user of its own in a unit of the service manager.
  case ofHost
  /// On another machine: the home has the trust root, and perhaps keys.
  case distant

  /// What to do when a plane does not answer.
  var startHint: String {
    switch self {
    case .ofOneUser: "planectl up starts the planes; where one ends again, the end of its log says why"
    case .ofHost: "systemctl start nanda-planes.target starts the planes; journalctl -u PLANE says why one ended"
    case .distant: "no plane is configured in this home; give --socket, or the --home of the planes"
    }
  }
}

extension Home {
  var kind: HomeKind {
    if Self.planes.map(config).contains(where: FileManager.default.fileExists) { return .ofOneUser }
    return Self.planes.map(hostConfig).contains(where: FileManager.default.fileExists) ? .ofHost : .distant
  }

  /// The config of a plane that is here; nil in a home whose planes are elsewhere.
  func configHere(of plane: Role) -> String? { configHere(of: plane.planeName) }

  /// The same of a program by its name, which a plane or the bridge has.
  func configHere(of program: String) -> String? {
    switch kind {
    case .ofOneUser: config(of: program)
    case .ofHost: hostConfig(of: program)
    case .distant: nil
    }
  }

  /// Whether a bridge is set up here: in a home of one user by its folder, on a host by its key. A host's key root alone can see; to
  /// everybody else there is no bridge.
  var hasBridge: Bool {
    let signs: [String] =
      switch kind {
      case .ofOneUser: [folder(of: Self.bridge)]
      case .ofHost: [hostKey(of: Self.bridge), hostEncryptedKey(of: Self.bridge)]
      case .distant: []
      }
    return signs.contains(where: FileManager.default.fileExists)
  }
}
