import Attestations
import FoundationEssentials
import Signing
import Wire

/// The keys at hand: of the home, of the caller's own folder and of the caller's ssh-agent, each with the principal to whom the trust
/// root gives it. Of a principal's keys the first in this order is used.
struct KeyRing: Sendable {
  /// Where a secret key is kept.
  enum Place: Sendable {
    case file(String)
    case agent(SSHAgent, PublicKey)
  }

  struct Entry: Sendable {
    let principal: Principal
    let place: Place
  }

  let entries: [Entry]
  let folders: [String]
  /// Why the ssh-agent's keys are not among the entries.
  let agentFailure: Failure?
  let root: VerifiedTrustRoot

  /// Where a caller keeps keys of their own, whatever the home.
  static var personalFolder: String {
    let environment = ProcessInfo.processInfo.environment
    return "\(environment["HOME"] ?? "~")/.config/nanda-planes/keys"
  }

  init(home: Home, root: VerifiedTrustRoot) {
    self.init(folders: [home.keys, Self.personalFolder], agent: .ofCaller, root: root)
  }

  init(folders: [String], agent: SSHAgent? = nil, root: VerifiedTrustRoot) {
    self.folders = folders
    self.root = root
    var found = folders.flatMap(Self.secretKeyFiles).compactMap { path in
      Self.publicKey(besides: path).map { (key: $0, place: Place.file(path)) }
    }
    var agentFailure: Failure?
    if let agent {
      // A key in a file must not be out of reach because an agent is.
      do throws(Failure) { found += try agent.keys().map { ($0, .agent(agent, $0)) } } catch { agentFailure = error }
    }
    self.agentFailure = agentFailure
    var named: Set<PrincipalID> = []
    entries = found.compactMap { key, place in
      guard let principal = root.holder(of: key), principal.retiredAt == nil, named.insert(principal.id).inserted
      else { return nil }
      return Entry(principal: principal, place: place)
    }
  }

  static func secretKeyFiles(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".pem") && !$0.hasSuffix(".pub.pem") }.sorted().map { "\(folder)/\($0)" }
  }

  /// From the file beside it where there is one, so that no secret is loaded only to learn whose it is.
  private static func publicKey(besides path: String) -> PublicKey? {
    let publicPath = path.dropLast(".pem".count) + ".pub.pem"
    return (try? KeyFile.loadPublic(path: String(publicPath))) ?? (try? KeyFile.loadSecret(path: path))?.publicKey
  }
}
