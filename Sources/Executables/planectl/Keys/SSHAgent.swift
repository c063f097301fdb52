import FoundationEssentials
import Signing
import WeightsDigest

/// The caller's ssh-agent, which holds keys so that their secrets lie in no file. Each request has a connection of its own.
struct SSHAgent: Sendable {
  /// Listing asks nobody; signing may wait for somebody's finger or passphrase.
  static let listingPatience = Duration.seconds(5)
  static let signingPatience = Duration.seconds(60)

  let path: String
  var patience: (listing: Duration, signing: Duration) = (Self.listingPatience, Self.signingPatience)

  /// The one that `SSH_AUTH_SOCK` names; nil when it names none.
  static var ofCaller: SSHAgent? {
    let path = ProcessInfo.processInfo.environment["SSH_AUTH_SOCK"] ?? ""
    return path.isEmpty ? nil : SSHAgent(path: path)
  }

  /// Its Ed25519 keys.
  ///
  /// - Throws: `Failure` that names the agent, and says what it did instead.
  func keys() throws(Failure) -> [PublicKey] {
    let answer = try ask(SSHAgentMessage.listKeys, within: patience.listing, to: "listed its keys")
    do { return try SSHAgentMessage.keys(in: answer) } catch { throw failure(error, "list its keys") }
  }

  /// The signature in the answer to a request that `SSHAgentMessage` made, of unknown worth.
  func signature(for request: [UInt8]) throws(Failure) -> Signature {
    let answer = try ask(request, within: patience.signing, to: "signed")
    do { return try SSHAgentMessage.signature(in: answer) } catch { throw failure(error, "sign") }
  }

  private func ask(_ request: [UInt8], within limit: Duration, to action: String) throws(Failure) -> [UInt8] {
    do {
      let socket = try AgentSocket(path: path, deadline: .now + limit)
      return try socket.exchange(request, maximumAnswer: SSHAgentMessage.maximumByteCount)
    } catch {
      throw failure(error, limit, action)
    }
  }

  private func failure(_ fault: AgentSocket.Fault, _ limit: Duration, _ action: String) -> Failure {
    switch fault {
    case .system(let code):
      let reason = FileSystemError(operation: "reach", path: path, code: code)
      return .refused("ssh-agent: \(reason)", hint: "start one with eval $(ssh-agent), and ssh-add the key")
    case .timedOut:
      return .refused(
        "the ssh-agent at \(path) has not \(action) within \(limit.components.seconds) s; nothing was sent",
        hint: "does it wait for a touch or a passphrase?")
    case .closed:
      return .refused(
        "the ssh-agent at \(path) hung up before it had \(action); nothing was sent", hint: "ssh-add -l asks it too")
    case .oversized(let count):
      return .refused("the ssh-agent at \(path) announced \(count) bytes, which is no answer; nothing was sent")
    }
  }

  private func failure(_ fault: SSHAgentFault, _ action: String) -> Failure {
    switch fault {
    case .refused:
      .refused(
        "the ssh-agent at \(path) would not \(action); nothing was sent",
        hint: "is it locked, or was a confirmation declined? ssh-add -l lists what it holds")
    case .malformed: .refused("the ssh-agent at \(path) answered with something else; nothing was sent")
    }
  }
}

/// A key that an agent holds. What the agent returns is verified before it is used.
struct SSHAgentSigner: Signer {
  let publicKey: PublicKey
  let agent: SSHAgent

  func sign(_ encoding: PreAuthenticationEncoding) throws -> Signature {
    let signature = try agent.signature(for: SSHAgentMessage.sign(encoding, by: publicKey))
    guard publicKey.verifies(signature, over: encoding) else { throw notIts }
    return signature
  }

  func sign(_ hash: NandaRecordHash) throws -> Signature {
    let signature = try agent.signature(for: SSHAgentMessage.sign(hash, by: publicKey))
    guard publicKey.verifies(signature, over: hash) else { throw notIts }
    return signature
  }

  private var notIts: Failure {
    .unverified(
      "the ssh-agent at \(agent.path) returned a signature that is not \(publicKey)'s; nothing was sent",
      hint: "trust that agent no further")
  }
}
