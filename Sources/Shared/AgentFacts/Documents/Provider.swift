import Wire

/// Who answers for an agent or a registry.
package struct Provider: Sendable, Equatable {
  package let name: String
  package let url: String
  package let did: String?

  package init(name: String, url: String, did: String? = nil) {
    self.name = name
    self.url = url
    self.did = did
  }

  package var fields: JSONObject { ["name": .string(name), "url": .string(url), "did": .init(did)] }
}
