import AgentFacts
import Hummingbird
import Wire

/// By what others find the registry, and on what they may build their own verdict.
struct DiscoveryRoutes: BridgeRoutes {
  let config: BridgeConfig
  let trust: FollowedTrust

  func add(to router: Router<BasicRequestContext>) {
    let wellKnown = Answer.json(
      WellKnown(registry: config.registry, tools: config.tools, prefix: config.prefix).fields, maxAge: 60)
    // At the root by RFC 8615, and under the prefix, where earlier versions had it.
    for path in ["/.well-known/nanda.json", "\(config.prefix)/.well-known/nanda.json"] {
      router.get("\(path)") { request, _ in wellKnown.response(to: request) }
    }
  }
}
