import AgentFacts
import Wire

/// What the config of a bridge says of its registry. Each value is read when it is asked for, and throws `Failure` when the bridge would not
/// start by it, or when it is written otherwise than `ConfigText` understands.
struct RegistryConfig {
  private let text: ConfigText

  /// - Throws: `FileSystemError` when the caller may not read it, or it is not there.
  init(path: String) throws { text = try ConfigText(path: path) }

  var id: RegistryID {
    get throws {
      guard let id = RegistryID(try text.value(of: "registry_id")) else {
        throw text.failure("registry_id", "expected \(RegistryID.rule)")
      }
      return id
    }
  }

  var providerName: String { get throws { try text.value(of: "name", below: "provider") } }
  var providerURL: String { get throws { try text.value(of: "url", below: "provider") } }
  var baseURL: String? { get throws { try text.optional("base_url") } }
  var modelEndpoint: String? { get throws { try text.optional("model_endpoint") } }
}
