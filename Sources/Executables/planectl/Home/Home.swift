import Attestations
import FoundationEssentials
import Glibc
import PlaneContract

/// The folder that a person or a host keeps for the planes (DESIGN section 8): trust root, keys, sockets, configs.
struct Home: Sendable {
  static let systemPath = "/etc/nanda-planes"
  static let localName = ".planes"
  /// The planes in the order in which a model passes them.
  static let planes: [Role] = [.training, .governance, .serving]

  /// Absolute.
  let path: String

  init(path: String) { self.path = AbsolutePath.of(path) }

  /// The home that is meant: `--home`, `PLANES_HOME`, `./.planes` if the caller owns it, `/etc/nanda-planes`.
  static func find(_ options: HomeOptions) throws -> Home {
    let environment = ProcessInfo.processInfo.environment
    if let named = options.home ?? environment["PLANES_HOME"], !named.isEmpty { return try existing(named) }
    if isOwnDirectory(localName) { return Home(path: localName) }
    if isDirectory(systemPath) { return Home(path: systemPath) }
    throw Failure.refused(
      "there is no home: no ./\(localName) of yours and no \(systemPath)",
      hint: "make one with planectl init, or name one with --home or PLANES_HOME")
  }

  /// Where `init` makes one: `--home`, `PLANES_HOME`, else `./.planes`.
  static func place(_ options: HomeOptions) -> Home {
    let environment = ProcessInfo.processInfo.environment
    let named = options.home ?? environment["PLANES_HOME"] ?? ""
    return Home(path: named.isEmpty ? localName : named)
  }

  var keys: String { "\(path)/keys" }
  var trust: String { "\(path)/trust" }
  func folder(of plane: Role) -> String { folder(of: plane.planeName) }
  func config(of plane: Role) -> String { config(of: plane.planeName) }
  func hostConfig(of plane: Role) -> String { hostConfig(of: plane.planeName) }
  /// Where a host has what only root reads: the secret keys of the planes and the bridge, each handed to its program by the service manager.
  var privateFolder: String { "\(path)/private" }
  func hostKey(of plane: Role) -> String { hostKey(of: plane.planeName) }
  func hostEncryptedKey(of plane: Role) -> String { hostEncryptedKey(of: plane.planeName) }
  func log(of plane: Role) -> String { log(of: plane.planeName) }
  func run(of plane: Role) -> String { run(of: plane.planeName) }
  func socket(_ socket: SocketName) -> String { "\(path)/run/\(socket.path)" }

  // By the name of a program, which a plane or the bridge has.
  static let bridge = "nanda-bridge"
  func folder(of program: String) -> String { "\(path)/\(program)" }
  func config(of program: String) -> String { "\(folder(of: program))/config.yaml" }
  func log(of program: String) -> String { "\(folder(of: program))/log" }
  func run(of program: String) -> String { "\(path)/run/\(program)" }
  func pidFile(of program: String) -> String { "\(run(of: program))/pid" }
  /// Where a host's units have a program's config.
  func hostConfig(of program: String) -> String { "\(path)/\(program).yaml" }
  func hostKey(of program: String) -> String { "\(privateFolder)/\(program).pem" }
  /// The same, encrypted for the service manager of this host.
  func hostEncryptedKey(of program: String) -> String { "\(privateFolder)/\(program).cred" }

  private static func existing(_ path: String) throws -> Home {
    guard isDirectory(path) else {
      throw Failure.refused("the home \(path) is not there", hint: "make it with planectl init --home \(path)")
    }
    return Home(path: path)
  }

  private static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// A `.planes` of somebody else in a folder that many may write would hand out their trust root and sockets.
  private static func isOwnDirectory(_ path: String) -> Bool {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return false }
    return status.st_mode & S_IFMT == S_IFDIR && status.st_uid == geteuid()
  }
}

/// Paths made absolute by their text: nothing is looked up, so a symbolic link stays one.
enum AbsolutePath {
  /// `.` and empty parts go. Leading `..` climb from the working directory, whose path has no links in it; a later one stays for
  /// whoever opens the path to judge, because only the file system knows where a link before it leads.
  static func of(_ path: String) -> String {
    var parts = names(path)[...]
    var base: [String] = []
    if path.utf8.first != UInt8(ascii: "/") {
      base = names(FileManager.default.currentDirectoryPath)
      while parts.first == ".." {
        parts.removeFirst()
        _ = base.popLast()
      }
    }
    return "/" + (base + parts).joined(separator: "/")
  }

  private static func names(_ path: String) -> [String] {
    path.split(separator: "/", omittingEmptySubsequences: true).map(String.init).filter { $0 != "." }
  }
}
