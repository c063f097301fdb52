import Attestations
import FoundationEssentials
import Glibc
import Signing
import WeightsDigest
import Wire

/// Begins a host's home. Each plane's key is made in place, where only root reads it and the service manager hands it to its plane; a
/// draft of version 1 names them. No secret of a person or of the root is ever on the host.
struct SystemHome {
  static let lifetimeDays = 365

  let home: Home
  /// Public halves; whoever holds the others signs the draft elsewhere.
  let rootKeys: [PublicKey]
  let threshold: Int

  /// Returns the draft, which is left for people to be added to. What exists is never touched.
  ///
  /// - Throws: `Failure` when the host has keys or a trust root; then nothing was made.
  func create() throws -> DraftFile {
    let draft = DraftFile(home: home, path: "\(home.trust)/next.root.json")
    try checkNew(draft)
    try makeFolder(home.path, mode: 0o755)
    try makeFolder(home.trust, mode: 0o755)
    try makeFolder(home.privateFolder, mode: 0o700)
    var made: [String] = []
    do {
      let planes = try Home.planes.map { plane in
        let key = try SecretKey.generate()
        try KeyFile.create(key, path: home.hostKey(of: plane))
        made.append(home.hostKey(of: plane))
        return Principal(plane: plane, key: key.publicKey)
      }
      let given = GivenRootKeys(home: home)
      try given.record(rootKeys, threshold: threshold)
      made.append(given.path)
      try draft.begin(TrustRootDraft(trustRoot(of: planes)))
    } catch {
      for path in made { try? FileManager.default.removeItem(atPath: path) }
      throw error
    }
    return draft
  }

  private func trustRoot(of planes: [Principal]) throws -> TrustRoot {
    let now = Timestamp.now().wholeSeconds
    return try TrustRoot(
      version: 1, issuedAt: now, expiresAt: now.adding(days: Self.lifetimeDays), rootKeys: rootKeys,
      threshold: threshold, principals: planes, policy: .first(productionApprovers: 2))
  }

  private func checkNew(_ draft: DraftFile) throws {
    guard try home.installedRoot() == nil else {
      throw Failure.refused("\(home.path) has a trust root already", hint: "planectl trust changes it")
    }
    for path in [draft.path, GivenRootKeys(home: home).path] + Home.planes.map(home.hostKey)
    where FileManager.default.fileExists(atPath: path) {
      throw Failure.refused("\(path) exists; nothing of a host's is ever overwritten")
    }
  }

  private func makeFolder(_ path: String, mode: mode_t) throws {
    if unsafe mkdir(path, mode) == 0 {
      // A caller's umask must not keep from the planes what they are to read.
      guard unsafe chmod(path, mode) == 0 else { throw FileSystemError(operation: "make", path: path) }
    } else {
      guard errno == EEXIST else { throw FileSystemError(operation: "make", path: path) }
      try requireClosed(path, mode: mode)
    }
  }

  /// A folder that is there already may be another's, or let others in.
  private func requireClosed(_ path: String, mode: mode_t) throws {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw FileSystemError(operation: "look at", path: path) }
    let surplus = status.st_mode & 0o777 & ~mode
    guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(), surplus == 0 else {
      throw Failure.refused(
        "\(path) exists, and is not a folder of yours with mode \(String(mode, radix: 8)) or less",
        hint: "see who made it; then chown and chmod it")
    }
  }
}
