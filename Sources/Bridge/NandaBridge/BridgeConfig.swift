import AgentFacts
import Daemon
import Signing
import Wire

/// The configuration of the bridge. Every key is documented in `config/nanda-bridge.yaml`.
package struct BridgeConfig: Sendable {
  private static let maximumListCount = 1000

  /// Folder of `N.root.json`, the same as the planes'.
  let trustRoot: String
  /// SHA-256 of the payload of version 1: what the bridge believes before it believes anything.
  let trustRootDigest: Digest
  /// Of a reader, and of nobody else: PKCS#8 PEM, mode 0600.
  let key: String
  /// The bridge's one database.
  let database: String
  let governanceSocket: String
  let servingSocket: String
  let listen: ListenAddress
  let registry: Registry
  /// Under which the endpoints are served: `/nanda`.
  let prefix: String
  let tools: [Tool]
  let agents: [SimpleAgent]
  /// Governed models that are not told of.
  let privateModels: Set<ModelID>
  /// Between two looks at whether anything has changed.
  let poll: Duration
  /// Changes that are kept for those who follow them.
  let keptDeltas: Int
  let limits: HTTPLimits

  package init(_ section: ConfigSection) throws(ConfigError) {
    trustRoot = try section.path("trust_root")
    guard let digest = Digest(loose: try section.string("trust_root_digest")) else {
      throw section.failure("trust_root_digest", "expected sha256: and 64 lowercase hex digits; see planectl init")
    }
    trustRootDigest = digest
    key = try PlaneConfig.keyPath(in: section)
    database = try section.path("database")
    governanceSocket = try section.path("governance_socket")
    servingSocket = try section.path("serving_socket")
    listen = try ListenAddress(section, "listen")
    registry = try Self.registry(section)
    prefix = try Self.prefix(section)
    tools = try Self.list(section, "tools") { try Tool($0, $1) }
    agents = try Self.list(section, "agents") { try SimpleAgent($0, $1) }
    privateModels = try Self.models(section, "private_models")
    poll = try section.seconds("poll_seconds", in: 1...30, default: 2)
    keptDeltas = try section.int("kept_deltas", in: 1000...10_000_000, default: 100_000)
    limits = try HTTPLimits(section)
    try Self.checkDistinct(agents, section)
    try Self.checkPrivacy(of: privateModels, agents, section)
  }

  private static func registry(_ section: ConfigSection) throws(ConfigError) -> Registry {
    guard let id = RegistryID(try section.string("registry_id")) else {
      throw section.failure("registry_id", "expected \(RegistryID.rule)")
    }
    let provider = try section.map("provider")
    let (name, url) = (try provider.string("name"), try provider.string("url"))
    guard (try? StrictJSON.parse(JSONValue.string(name).serialized())) != nil else {
      throw provider.failure("name", "holds a character that no document can")
    }
    let base = section.has("base_url") ? try section.string("base_url") : nil
    let endpoint = try modelEndpoint(section)
    do {
      return try Registry(id: id, providerName: name, providerURL: url, baseURL: base, modelEndpoint: endpoint)
    } catch {
      throw section.failure(error.field == "registry_id" ? "registry_id" : "provider", "\(error)")
    }
  }

  private static func modelEndpoint(_ section: ConfigSection) throws(ConfigError) -> String? {
    guard section.has("model_endpoint") else { return nil }
    let template = try section.string("model_endpoint")
    let rest = template.replacing("{model}", with: "").replacing("{environment}", with: "")
    guard template.contains("{model}"), !rest.contains("{"), !rest.contains("}") else {
      throw section.failure(
        "model_endpoint", "expected a URL with {model} in it, {environment} where it matters, and no other braces")
    }
    return template
  }

  private static func prefix(_ section: ConfigSection) throws(ConfigError) -> String {
    let prefix = try section.string("prefix", default: "/nanda")
    guard prefix.wholeMatch(of: #/(/[a-z0-9][a-z0-9_-]{0,63}){1,4}/#) != nil else {
      throw section.failure("prefix", "expected a path like /nanda, of a-z 0-9 _ -, without a slash at its end")
    }
    return prefix
  }

  private static func models(_ section: ConfigSection, _ key: String) throws(ConfigError) -> Set<ModelID> {
    var models: Set<ModelID> = []
    for text in try section.strings(key, default: []) {
      guard let model = ModelID(text) else { throw section.failure(key, "expected models: \(ModelID.rule)") }
      models.insert(model)
    }
    return models
  }

  private static func list<Value>(
    _ section: ConfigSection, _ key: String, _ read: (_ fields: JSONObject, _ name: String) throws -> Value
  ) throws(ConfigError) -> [Value] {
    let objects = try section.objects(key, maximum: maximumListCount)
    // It is told as JSON that our own reader takes: YAML can say more.
    do { for object in objects { _ = try StrictJSON.parse(object.serialized()) } } catch {
      throw section.failure(key, "\(error)")
    }
    do { return try objects.enumerated().map { try read($0.element, "\(key)[\($0.offset)]") } } catch {
      throw section.failure(key, "\(error)")
    }
  }

  private static func checkDistinct(_ agents: [SimpleAgent], _ section: ConfigSection) throws(ConfigError) {
    var keys: Set<AgentKey> = []
    for agent in agents {
      guard keys.insert(agent.key).inserted else { throw section.failure("agents", "\(agent.key) stands twice") }
    }
  }

  /// What is told of an agent has its model's name, papers and decisions in it.
  private static func checkPrivacy(
    of models: Set<ModelID>, _ agents: [SimpleAgent], _ section: ConfigSection
  ) throws(ConfigError) {
    guard let agent = agents.first(where: { $0.isPublic && models.contains($0.model) }) else { return }
    throw section.failure(
      "agents", "\(agent.key) would tell of \(agent.model), one of private_models: give the agent public: false")
  }
}

/// Where the bridge listens: `127.0.0.1:8370`, or `unix:PATH`.
package enum ListenAddress: Sendable, Equatable {
  case tcp(host: String, port: Int)
  case unix(path: String)

  /// Of a Unix socket.
  var path: String? { if case .unix(let path) = self { path } else { nil } }

  /// - Parameter port: that was given where the config left it to the system (0).
  func described(port: Int?) -> String {
    switch self {
    case .tcp(let host, let configured): "\(host):\(port ?? configured)"
    case .unix(let path): "unix:\(path)"
    }
  }

  init(_ section: ConfigSection, _ key: String) throws(ConfigError) {
    let text = try section.string(key)
    if text.utf8.starts(with: "unix:".utf8) {
      self = .unix(path: try section.resolved(String(text.dropFirst("unix:".count)), key))
      return
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    // Encryption, and whoever may come from afar, is the business of the server in front of the bridge.
    guard parts.count == 2, ["127.0.0.1", "localhost"].contains(parts[0]), let port = UInt16(parts[1]) else {
      throw section.failure(
        key, "expected 127.0.0.1:PORT, or unix:PATH; the bridge speaks plain HTTP, to a server in front of it")
    }
    self = .tcp(host: "127.0.0.1", port: Int(port))
  }
}

/// What a client may take up.
struct HTTPLimits: Sendable {
  let connections: Int
  /// How long a request may take to come, or an answer to be read.
  let patience: Duration
  /// Of path and query.
  static let targetBytes = 4096
  static let headerBytes = 16 << 10
  static let headerCount = 64

  init(_ section: ConfigSection) throws(ConfigError) {
    connections = try section.int("max_connections", in: 1...10_000, default: 512)
    patience = try section.seconds("client_timeout_seconds", in: 1...300, default: 15)
  }
}
