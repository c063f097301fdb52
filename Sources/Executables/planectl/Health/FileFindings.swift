import Attestations
import FoundationEssentials
import Glibc
import PlaneContract

/// The files of a home that decide something: keys, trust roots, configs, databases.
struct FileFindings {
  let home: Home
  /// Who may administer the planes of a host.
  var administrator: uid_t = 0
  /// The user of a program on a host; nil: there is none.
  var user: (String) -> uid_t? = Accounts.userID
  var personalKeys = KeyRing.personalFolder

  var findings: [Finding] {
    var kept = 0
    var faults: [Finding] = []
    var unseen: [String] = []
    var known: Set<String> = []
    for rule in rules where known.insert(rule.path).inserted {
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
        oneUser(plane.planeName) + [.file("\(home.folder(of: plane))/plane.pem", .secret, of: owner)]
      } + (home.hasBridge ? oneUser(Home.bridge) + bridgeKey : [])
  }

  private func oneUser(_ program: String) -> [FileRule] {
    let folder = home.folder(of: program)
    return [
      .folder(folder, .secret, of: owner), .file(home.config(of: program), .trusted, of: owner),
      .file("\(folder)/state.sqlite", .secret, of: owner, needed: false),
      .folder(home.run(of: program), .secret, of: owner),
    ]
  }

  /// A reader's, which is mostly one of the home's own keys. Who has no use for the bridge may have taken it elsewhere.
  private var bridgeKey: [FileRule] {
    let path = try? ConfigLine.path(of: "key", in: home.config(of: Home.bridge))
    return path.map { [.file($0, .secret, of: owner, needed: false)] } ?? []
  }

  private var host: [FileRule] {
    [.folder(home.path, .trusted, of: administrator), .folder(home.privateFolder, .secret, of: administrator)]
      + trust(of: administrator) + Home.planes.map { .folder(home.run(of: $0), .trusted, of: administrator) }
      + Home.planes.flatMap { host($0.planeName) }
      // Whoever may not see whether there is a bridge is told that its key was not seen.
      + (home.hasBridge
        ? host(Home.bridge) : [.file(home.hostKey(of: Home.bridge), .secret, of: administrator, needed: false)])
  }

  private func host(_ program: String) -> [FileRule] {
    let config = home.hostConfig(of: program)
    let key = home.hostKey(of: program)
    let hasPlainKey = FileManager.default.fileExists(atPath: key)
    var rules: [FileRule] = [
      .file(config, .trusted, of: administrator),
      // What is encrypted for this host's service manager is nobody's secret.
      hasPlainKey
        ? .file(key, .secret, of: administrator)
        : .file(home.hostEncryptedKey(of: program), .trusted, of: administrator),
    ]
    if let user = user(program), let database = try? ConfigLine.path(of: "database", in: config) {
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
