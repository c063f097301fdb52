import Attestations
import FoundationEssentials
import Glibc
import PlaneContract

/// The files of a home that decide something: keys, trust roots, configs, databases.
struct FileFindings {
  let home: Home
  /// Who may administer the planes of a host.
  var administrator: uid_t = 0
  /// The user of a plane on a host; nil: there is none.
  var user: (Role) -> uid_t? = { Accounts.userID($0.planeName) }
  var personalKeys = KeyRing.personalFolder

  var findings: [Finding] {
    var kept = 0
    var faults: [Finding] = []
    var unseen: [String] = []
    for rule in rules {
      switch rule.outcome {
      case .kept: kept += 1
      case .absent: continue
      case .broken(let problem, let next): faults.append(.fail(.files, rule.path, problem, next: next))
      case .unseen: unseen.append(rule.path)
      }
    }
    if kept > 0 { faults.append(.ok(.files, home.path, "\(kept) files and folders are whose they should be")) }
    guard !unseen.isEmpty else { return faults }
    return faults + [
      .unseen(.files, unseen.joined(separator: ", "), "may not be looked at", next: "sudo planectl doctor sees them")
    ]
  }

  private var rules: [FileRule] {
    let own = secretKeys(in: personalKeys, of: geteuid(), needed: false)
    switch home.kind {
    case .ofOneUser: return oneUser + own
    case .ofHost: return host + own
    case .distant: return trust(of: owner) + secretKeys(in: home.keys, of: geteuid(), needed: false) + own
    }
  }

  /// Whose home it is: root may look at somebody else's.
  private var owner: uid_t {
    var status = stat()
    return unsafe stat(home.path, &status) == 0 ? status.st_uid : geteuid()
  }

  private var oneUser: [FileRule] {
    [.folder(home.path, .trusted, of: owner)] + trust(of: owner) + secretKeys(in: home.keys, of: owner, needed: true)
      + Home.planes.flatMap { plane -> [FileRule] in
        let folder = home.folder(of: plane)
        return [
          .folder(folder, .secret, of: owner), .file(home.config(of: plane), .trusted, of: owner),
          .file("\(folder)/plane.pem", .secret, of: owner),
          .file("\(folder)/state.sqlite", .secret, of: owner, needed: false),
          .folder(home.run(of: plane), .secret, of: owner),
        ]
      }
  }

  private var host: [FileRule] {
    [.folder(home.path, .trusted, of: administrator), .folder(home.privateFolder, .secret, of: administrator)]
      + trust(of: administrator) + Home.planes.flatMap(host)
  }

  private func host(_ plane: Role) -> [FileRule] {
    let config = home.hostConfig(of: plane)
    let key = home.hostKey(of: plane)
    let hasPlainKey = FileManager.default.fileExists(atPath: key)
    var rules: [FileRule] = [
      .file(config, .trusted, of: administrator), .folder(home.run(of: plane), .trusted, of: administrator),
      // What is encrypted for this host's service manager is nobody's secret.
      hasPlainKey
        ? .file(key, .secret, of: administrator)
        : .file(home.hostEncryptedKey(of: plane), .trusted, of: administrator),
    ]
    if let user = user(plane), let database = try? ConfigLine.path(of: "database", in: config) {
      rules.append(.folder(database.folder, .secret, of: user))
      rules.append(.file(database, .secret, of: user, needed: false))
    }
    return rules
  }

  private func trust(of owner: uid_t) -> [FileRule] {
    let versions = (try? home.installedVersions()) ?? []
    return [.folder(home.trust, .trusted, of: owner)]
      + versions.map { .file(home.rootFile(ofVersion: $0), .trusted, of: owner) }
  }

  private func secretKeys(in folder: String, of owner: uid_t, needed: Bool) -> [FileRule] {
    [.folder(folder, .trusted, of: owner, needed: needed)]
      + KeyRing.secretKeyFiles(in: folder).map { .file($0, .secret, of: owner) }
  }
}
