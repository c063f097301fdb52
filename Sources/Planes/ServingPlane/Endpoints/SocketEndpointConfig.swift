import Daemon
import Wire

/// One entry of `endpoints` in the config: the socket of the service that acts for an environment.
struct SocketEndpointConfig: Sendable {
  let socket: String
  /// How long it may take over one order.
  let timeout: Duration

  /// Every entry of the section, by environment; none when it is absent.
  static func all(in section: ConfigSection) throws(ConfigError) -> [EnvironmentName: SocketEndpointConfig] {
    guard section.has("endpoints") else { return [:] }
    let entries = try section.map("endpoints")
    var endpoints: [EnvironmentName: SocketEndpointConfig] = [:]
    for key in entries.keys {
      guard let environment = EnvironmentName(key) else {
        throw entries.failure(key, "is no environment: expected \(EnvironmentName.rule)")
      }
      let entry = try entries.map(key)
      endpoints[environment] = SocketEndpointConfig(
        socket: try entry.path("socket"),
        timeout: try entry.seconds("timeout_seconds", in: 1...3600, default: 300))
    }
    return endpoints
  }
}
