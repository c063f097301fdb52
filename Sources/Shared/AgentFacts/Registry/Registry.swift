import Wire

/// A registry's own name, as it stands in handles.
package struct RegistryID: Identifier {
  package static let rule = "1 to 64 of A-Z a-z 0-9 . _ - beginning with a letter or digit"

  package let text: String
  package init(checked text: String) { self.text = text }

  package static func accepts(_ text: String.UTF8View) -> Bool { NamePart.accepts(text, maximum: 64, besides: "._-") }
}

/// Who serves agents, under which names, and where.
package struct Registry: Sendable {
  package let id: RegistryID
  package let provider: Provider
  /// Where the registry answers, without a slash at the end.
  package let baseURL: String
  /// Of the registry itself, by its base URL.
  package let did: WebDID
  /// Of its provider: what agents' DIDs begin with.
  let providerDID: WebDID
  /// Where models are reached, with `{model}` and `{environment}` in it; nil where nobody said.
  package let modelEndpoint: String?

  /// - Parameters:
  ///   - providerURL: `https://example.com`; agents get their DIDs from it.
  ///   - baseURL: the provider's when it is absent.
  ///   - modelEndpoint: `https://inference.example.com/{environment}/{model}`; without it models have no endpoint.
  /// - Throws: `FieldError` for a URL that is none of http or https, or that no DID can be made of.
  package init(
    id: RegistryID, providerName: String, providerURL: String, baseURL: String? = nil, modelEndpoint: String? = nil
  ) throws(FieldError) {
    let base = Self.withoutSlash(baseURL ?? providerURL)
    guard let providerDID = WebDID(url: providerURL) else {
      throw FieldError("provider.url", "expected a URL like https://example.com")
    }
    guard let did = WebDID(url: base) else {
      throw FieldError("base_url", "expected a URL like https://registry.example.com")
    }
    // Else its own extension would stand beside a model's papers under one name.
    guard !Self.extensionKey(of: id).hasPrefix("x_model_") else {
      throw FieldError(
        "registry_id", "the papers of models have such names: choose one that does not begin with model- or model_")
    }
    self.id = id
    self.baseURL = base
    self.did = did
    self.providerDID = providerDID
    self.modelEndpoint = modelEndpoint
    provider = Provider(name: providerName, url: providerURL, did: providerDID.text)
  }

  /// The DIDs that this registry manages.
  var namespaces: [String] { ["\(providerDID.text):*"] }

  /// The name under which extensions of this registry stand in `metadata`.
  package var extensionKey: String { Self.extensionKey(of: id) }
  private static func extensionKey(of id: RegistryID) -> String { "x_\(id.text.replacing("-", with: "_"))" }

  package func handle(_ key: AgentKey) -> String { "@\(id):\(key.text)" }
  package func did(_ key: AgentKey) -> String { providerDID.child(["agents", key.namespace.text, key.id.text]) }

  private static func withoutSlash(_ url: String) -> String { url.hasSuffix("/") ? String(url.dropLast()) : url }
}
