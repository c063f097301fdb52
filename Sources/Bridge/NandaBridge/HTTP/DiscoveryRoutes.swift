import AgentFacts
import Attestations
import Hummingbird
import Signing
import Wire

/// By what others find the registry, and on what they may build their own verdict.
struct DiscoveryRoutes: BridgeRoutes {
  private static let maximumAge = 60

  let config: BridgeConfig
  let trust: FollowedTrust

  func add(to router: Router<BridgeContext>) {
    let wellKnown = Answer.json(
      WellKnown(registry: config.registry, tools: config.tools, prefix: config.prefix).fields, maxAge: Self.maximumAge)
    // At the root by RFC 8615, and under the prefix, where earlier versions had it.
    for path in ["/.well-known/nanda.json", "\(config.prefix)/.well-known/nanda.json"] {
      router.get("\(path)") { request, _ in wellKnown.response(to: request) }
    }
    router.get("/.well-known/did.json") { request, _ in did.response(to: request) }
    router.get("\(config.prefix)/trust-roots") { request, _ in try await roots().response(to: request) }
  }

  private var did: Answer {
    let root = trust.root
    return .json(
      DIDDocument(registry: config.registry, prefix: config.prefix, root: root).fields, tag: Self.tag(root),
      maxAge: Self.maximumAge)
  }

  /// Every version that was accepted, oldest first, as it was signed: a client walks them from the first, whose digest it has pinned.
  private func roots() async throws -> Answer {
    let root = trust.root
    let envelopes = try await trust.envelopes()
    return .json(
      ["registry_id": config.registry.id.json, "trust_roots": .array(envelopes.map(\.json))], tag: Self.tag(root),
      maxAge: Self.maximumAge)
  }

  private static func tag(_ root: VerifiedTrustRoot) -> String { "\"\(root.version)-\(root.digest.hex.prefix(32))\"" }
}
