import Daemon

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

  init(_ section: ConfigSection) throws(ConfigError) {
    store = try section.path("store")
    deployments = try section.path("deployments")
    weightsRoots = try section.strings("weights_roots")
    privatePaths =
      try section.paths("private_paths", default: [])
      + [Self.folder(of: section.path("key")), Self.folder(of: section.path("database"))]
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
  }
}
