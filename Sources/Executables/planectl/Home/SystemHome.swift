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
    for path in [draft.path] + Home.planes.map(home.hostKey) where FileManager.default.fileExists(atPath: path) {
      throw Failure.refused("\(path) exists; nothing of a host's is ever overwritten")
    }
  }

  private func makeFolder(_ path: String, mode: mode_t) throws {
    if unsafe mkdir(path, mode) == 0 {
      // A caller's umask must not keep from the planes what they are to read.
      guard unsafe chmod(path, mode) == 0 else { throw FileSystemError(operation: "make", path: path) }
    } else if errno != EEXIST {
      throw FileSystemError(operation: "make", path: path)
    }
  }
}
