import Daemon
import Wire

/// The keys that only the serving plane has. Documented in `config/serving-plane.yaml`.
struct ServingConfig: Sendable {
  /// The plane's own copies of weights.
  let store: String
  /// Where the `directory` endpoint keeps `ENVIRONMENT/MODEL/current`.
  let deployments: String
  /// Folders below which a deployer may name weights.
  let weightsRoots: [String]
  /// Folders that are never read as weights, whatever the roots say: keys, state, sockets. Those of this plane's own key and
  /// database are always among them, as is all that it keeps beside them.
  let privatePaths: [String]
  /// How often the bytes of what runs are hashed again, and how fast; no interval: never.
  let reverification: (interval: Int?, pace: ReadingPace)

  /// Environments that a service behind a socket serves; the others are served from `deployments`.
  let endpoints: [EnvironmentName: SocketEndpointConfig]

  init(_ section: ConfigSection) throws(ConfigError) {
    store = try section.path("store")
    deployments = try section.path("deployments")
    weightsRoots = try section.strings("weights_roots")
    privatePaths =
      try section.paths("private_paths", default: [])
      + [Self.folder(of: PlaneConfig.keyPath(in: section)), Self.folder(of: section.path("database"))]
    endpoints = try SocketEndpointConfig.all(in: section)
    let interval = try section.int("reverify_seconds", in: 0...Self.yearSeconds, default: 86_400)
    let megabytes = try section.int("reverify_mb_per_second", in: 1...100_000, default: 100)
    reverification = (interval > 0 ? interval : nil, ReadingPace(bytesPerSecond: Int64(megabytes) * 1_000_000))
  }

  private static let yearSeconds = 365 * 86_400

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
  }
}
