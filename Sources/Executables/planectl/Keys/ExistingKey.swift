import Signing

/// A key that somebody has already, found by a file of theirs or in their ssh-agent.
enum ExistingKey {
  /// Of a secret key's file; or of a public half's, when the agent holds the secret one.
  static func signer(_ path: String, agent: SSHAgent?) throws -> any Signer {
    let text = String(decoding: try TextFile.read(path), as: UTF8.self)
    if text.hasPrefix("-----BEGIN OPENSSH PRIVATE KEY") {
      throw Failure.refused(
        "\(path) is a secret key in OpenSSH's own form, which is not read",
        hint: "ssh-add \(path), and give \(path).pub instead")
    }
    if text.contains("PRIVATE KEY") { return try KeyFile.loadSecret(path: path) }
    return try held(KeyFile.loadPublic(path: path), agent: agent)
  }

  /// The one Ed25519 key of the agent.
  static func only(of agent: SSHAgent?) throws -> any Signer {
    let agent = try present(agent)
    let keys = try agent.keys()
    guard let key = keys.first else {
      throw Failure.refused("the ssh-agent at \(agent.path) holds no Ed25519 key", hint: "ssh-add the key first")
    }
    guard keys.count == 1 else {
      throw Failure(
        .refused, "the ssh-agent at \(agent.path) holds \(keys.count) Ed25519 keys", details: keys.map(\.hex),
        hint: "choose with --existing and the file of its public half")
    }
    return SSHAgentSigner(publicKey: key, agent: agent)
  }

  private static func held(_ key: PublicKey, agent: SSHAgent?) throws -> any Signer {
    let agent = try present(agent)
    guard try agent.keys().contains(key) else {
      throw Failure.refused("the ssh-agent at \(agent.path) does not hold \(key)", hint: "ssh-add the key first")
    }
    return SSHAgentSigner(publicKey: key, agent: agent)
  }

  private static func present(_ agent: SSHAgent?) throws -> SSHAgent {
    guard let agent else {
      throw Failure.refused(
        "SSH_AUTH_SOCK names no ssh-agent", hint: "start one with eval $(ssh-agent), and ssh-add the key")
    }
    return agent
  }
}
