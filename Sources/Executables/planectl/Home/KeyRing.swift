import Attestations
import FoundationEssentials
import Signing
import Wire

/// The keys at hand: of the home and of the caller's own folder, each with the principal to whom the trust root gives it.
struct KeyRing: Sendable {
  struct Entry: Sendable {
    let principal: Principal
    /// The secret key's file.
    let path: String
  }

  let entries: [Entry]
  let folders: [String]
  private let root: VerifiedTrustRoot

  /// Where a caller keeps keys of their own, whatever the home.
  static var personalFolder: String {
    let environment = ProcessInfo.processInfo.environment
    return "\(environment["HOME"] ?? "~")/.config/nanda-planes/keys"
  }

  init(home: Home, root: VerifiedTrustRoot) {
    self.init(folders: [home.keys, Self.personalFolder], root: root)
  }

  init(folders: [String], root: VerifiedTrustRoot) {
    self.folders = folders
    self.root = root
    var entries: [Entry] = []
    for path in folders.flatMap(Self.secretKeyFiles) {
      guard let key = Self.publicKey(besides: path), let principal = root.holder(of: key), principal.retiredAt == nil
      else { continue }
      guard !entries.contains(where: { $0.principal.id == principal.id }) else { continue }
      entries.append(Entry(principal: principal, path: path))
    }
    self.entries = entries
  }

  private static func secretKeyFiles(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".pem") && !$0.hasSuffix(".pub.pem") }.sorted().map { "\(folder)/\($0)" }
  }

  /// From the file beside it where there is one, so that no secret is loaded only to learn whose it is.
  private static func publicKey(besides path: String) -> PublicKey? {
    let publicPath = path.dropLast(".pem".count) + ".pub.pem"
    return (try? KeyFile.loadPublic(path: String(publicPath))) ?? (try? KeyFile.loadSecret(path: path))?.publicKey
  }
}

/// Who signs: a principal of the trust root, and the key that proves it.
struct Identity: Sendable {
  let principal: Principal
  let signer: any Signer
}

// Choosing.
extension KeyRing {
  /// The identity that `name` names, or else the only one at hand that holds one of `roles`. Of several roles that would do, the
  /// least is tried first: who only asks need not ask as an approver.
  ///
  /// - Throws: `Failure` that lists the keys at hand; `KeyError` for a key file that must not or cannot be used.
  func identity(named name: String?, holding roles: [Role], for purpose: String) throws -> Identity {
    if let name { return try identity(of: try entry(named: name, holding: roles, for: purpose)) }
    for role in Self.leastFirst where roles.contains(role) {
      let candidates = entries.filter { $0.principal.holds(role) }
      if candidates.count == 1, let only = candidates.first { return try identity(of: only) }
      guard candidates.isEmpty else { throw ambiguous(candidates, role) }
    }
    throw nobody(holding: roles, for: purpose)
  }

  private static let leastFirst: [Role] = [.reader, .monitor, .submitter, .deployer, .approver]

  private func entry(named name: String, holding roles: [Role], for purpose: String) throws -> Entry {
    guard let principal = PrincipalID(name).flatMap(root.principal) else {
      throw Failure.refused("the trust root knows no \"\(name)\"", hint: keysAtHand)
    }
    if let retiredAt = principal.retiredAt {
      throw Failure.refused("\"\(name)\" is retired since \(retiredAt) and signs nothing new", hint: keysAtHand)
    }
    guard let entry = entries.first(where: { $0.principal.id == principal.id }) else {
      throw Failure.refused("there is no key of \"\(name)\" in \(folders.joined(separator: " or "))", hint: keysAtHand)
    }
    guard roles.contains(where: principal.holds) else {
      let held = principal.roles.map(\.rawValue).joined(separator: ", ")
      throw Failure.refused("\(purpose) needs the role \(Self.list(roles)); \(name) is \(held)", hint: keysAtHand)
    }
    return entry
  }

  private func identity(of entry: Entry) throws -> Identity {
    let key = try KeyFile.loadSecret(path: entry.path)
    guard entry.principal.keys.contains(key.publicKey) else {
      throw Failure.refused("\(entry.path) is not the secret half of the .pub.pem beside it")
    }
    return Identity(principal: entry.principal, signer: key)
  }

  private func ambiguous(_ candidates: [Entry], _ role: Role) -> Failure {
    let names = candidates.map(\.principal.id.text)
    return .refused(
      "which \(role.rawValue)? there are keys of \(names.joined(separator: ", "))",
      hint: "choose with --as \(names[0]), or PLANES_IDENTITY=\(names[0])")
  }

  private func nobody(holding roles: [Role], for purpose: String) -> Failure {
    .refused(
      "\(purpose) needs a key that holds the role \(Self.list(roles)), and there is none at hand", hint: keysAtHand)
  }

  private var keysAtHand: String {
    guard !entries.isEmpty else { return "no key of the trust root is in \(folders.joined(separator: " or "))" }
    let keys = entries.map { "\($0.principal.id) (\($0.principal.roles.map(\.rawValue).joined(separator: ", ")))" }
    return "keys at hand: \(keys.joined(separator: ", "))"
  }

  private static func list(_ roles: [Role]) -> String {
    leastFirst.reversed().filter(roles.contains).map(\.rawValue).joined(separator: " or ")
  }
}
