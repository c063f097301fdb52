import Attestations
import Signing
import Wire

/// Who signs: a principal of the trust root, and the key that proves it.
struct Identity: Sendable {
  let principal: Principal
  let signer: any Signer
}

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
      throw Failure.refused("there is no key of \"\(name)\" in \(places)", hint: keysAtHand)
    }
    guard roles.contains(where: principal.holds) else {
      let held = principal.roles.map(\.rawValue).joined(separator: ", ")
      throw Failure.refused("\(purpose) needs the role \(Self.list(roles)); \(name) is \(held)", hint: keysAtHand)
    }
    return entry
  }

  private func identity(of entry: Entry) throws -> Identity {
    switch entry.place {
    case .agent(let agent, let key):
      return Identity(principal: entry.principal, signer: SSHAgentSigner(publicKey: key, agent: agent))
    case .file(let path):
      let key = try KeyFile.loadSecret(path: path)
      guard entry.principal.keys.contains(key.publicKey) else {
        throw Failure.refused("\(path) is not the secret half of the .pub.pem beside it")
      }
      return Identity(principal: entry.principal, signer: key)
    }
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
    let keys = entries.map { "\($0.principal.id) (\($0.principal.roles.map(\.rawValue).joined(separator: ", ")))" }
    let found =
      keys.isEmpty ? "no key of the trust root is in \(places)" : "keys at hand: \(keys.joined(separator: ", "))"
    return agentFailure.map { "\(found); \($0.message)" } ?? found
  }

  private var places: String { (folders + ["an ssh-agent"]).joined(separator: " or ") }

  private static func list(_ roles: [Role]) -> String {
    leastFirst.reversed().filter(roles.contains).map(\.rawValue).joined(separator: " or ")
  }
}
