import Attestations
import FoundationEssentials
import Glibc
import PlaneContract
import Signing
import Transport
import WeightsDigest
import Wire

/// Makes a complete home of one user: in a folder beside it first, so that it is there as a whole or not at all.
struct NewHome {
  static let lifetimeDays = 365

  let home: Home
  let roster: Roster
  /// From which severity on drift in staging revokes by itself; nil: never.
  let autoRevoke: Double?
  private let rootKey: SecretKey
  private let planeKeys: [(Role, SecretKey)]

  init(home: Home, roster: Roster, autoRevoke: Double? = nil) throws {
    self.home = home
    self.roster = roster
    self.autoRevoke = autoRevoke
    rootKey = try SecretKey.generate()
    planeKeys = try Home.planes.map { ($0, try SecretKey.generate()) }
    try checkSocketPaths()
  }

  /// Returns the digest of the trust root. An existing home is an error that touches nothing.
  func create() throws -> Digest {
    var status = stat()
    guard unsafe lstat(home.path, &status) != 0 || isEmptyFolder else { throw exists }
    let draft = Home(path: "\(home.path).init-\(Random.hex(bytes: 4))")
    do {
      let digest = try write(to: draft)
      try moveIntoPlace(draft)
      return digest
    } catch {
      try? FileManager.default.removeItem(atPath: draft.path)
      throw error
    }
  }

  /// rename(2) puts a folder in the place of nothing or of an empty folder, and never of anything else.
  private func moveIntoPlace(_ draft: Home) throws {
    guard unsafe rename(draft.path, home.path) != 0 else { return }
    guard ![ENOTEMPTY, EEXIST, ENOTDIR].contains(errno) else { throw exists }
    throw FileSystemError(operation: "make", path: home.path)
  }

  private var exists: Failure {
    .refused("\(home.path) exists; a home is never overwritten", hint: "choose another place with --home")
  }

  private var isEmptyFolder: Bool { (try? FileManager.default.contentsOfDirectory(atPath: home.path))?.isEmpty == true }

  /// A Unix socket's path has at most 107 bytes, as a plane spells it: relative to its config's folder.
  private func checkSocketPaths() throws {
    let spelled = SocketName.allCases.map { "\(home.folder(of: $0.plane))/../run/\($0.path)" }
    guard let longest = spelled.map(\.utf8.count).max(), longest > TransportError.maxPathBytes else { return }
    throw Failure.refused(
      "\(home.path) is too long for a home: its sockets' paths would have \(longest) bytes, and a Unix socket's has at most "
        + "\(TransportError.maxPathBytes)",
      hint: "choose a home whose path is \(longest - TransportError.maxPathBytes) bytes shorter")
  }
}

// Writing.
extension NewHome {
  private func write(to draft: Home) throws -> Digest {
    try makeFolders(of: draft)
    let root = try trustRoot().signed(by: [rootKey])
    try TextFile.create(root.serialized + [UInt8(ascii: "\n")], path: "\(draft.trust)/1.root.json", mode: 0o644)
    try KeyFile.create(rootKey, path: "\(draft.keys)/root.pem")
    for member in roster.members {
      try KeyFile.create(member.key, path: "\(draft.keys)/\(member.name).pem")
      try KeyFile.create(member.key.publicKey, path: "\(draft.keys)/\(member.name).pub.pem")
    }
    let bridge = BridgeConfigText(reader: roster.reader, rootDigest: root.payloadDigest).text
    try TextFile.create(bridge.utf8, path: draft.config(of: Home.bridge))
    for (plane, key) in planeKeys {
      try KeyFile.create(key, path: "\(draft.folder(of: plane))/plane.pem")
      let text = PlaneConfigText(plane: plane, rootDigest: root.payloadDigest).text
      try TextFile.create(text.utf8, path: draft.config(of: plane))
    }
    return root.payloadDigest
  }

  private func makeFolders(of draft: Home) throws {
    guard unsafe mkdir(draft.path, 0o700) == 0 else { throw FileSystemError(operation: "make", path: home.path) }
    let serving = draft.folder(of: .serving)
    let folders =
      [draft.keys, draft.trust, "\(draft.path)/run"] + Home.planes.map(draft.folder)
      + Home.planes.map(draft.run) + [draft.folder(of: Home.bridge), draft.run(of: Home.bridge)] + [
        "\(serving)/deployments", "\(serving)/store",
      ]
    for folder in folders {
      guard unsafe mkdir(folder, 0o700) == 0 else { throw FileSystemError(operation: "make", path: folder) }
    }
  }

  private func trustRoot() throws -> TrustRoot {
    let now = Timestamp.now().wholeSeconds
    let planes = planeKeys.map { Principal(plane: $0, key: $1.publicKey) }
    return try TrustRoot(
      version: 1, issuedAt: now, expiresAt: now.adding(days: Self.lifetimeDays), rootKeys: [rootKey.publicKey],
      threshold: 1, principals: roster.principals + planes,
      policy: .first(productionApprovers: roster.productionApprovers, autoRevoke: autoRevoke))
  }
}
