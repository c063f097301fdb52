import Wire

/// What an agent can do, in words that a registry searches by.
package struct Capabilities: Sendable, Equatable {
  package let modalities: [String]
  package let skills: [String]
  package let authentication: Authentication
  package let streaming: Bool
  package let batch: Bool

  package init(
    modalities: [String] = [], skills: [String] = [], authentication: Authentication = Authentication(),
    streaming: Bool = false, batch: Bool = false
  ) {
    self.modalities = modalities
    self.skills = skills
    self.authentication = authentication
    self.streaming = streaming
    self.batch = batch
  }

  var fields: JSONObject {
    [
      "modalities": .init(modalities), "skills": .init(skills), "authentication": .object(authentication.fields),
      "streaming": .bool(streaming), "batch": .bool(batch),
    ]
  }
}

/// How a caller proves who they are.
package struct Authentication: Sendable, Equatable {
  package static let defaultMethods = ["did-auth"]

  package let methods: [String]
  package let requiredScopes: [String]?

  package init(methods: [String] = defaultMethods, requiredScopes: [String]? = nil) {
    self.methods = methods
    self.requiredScopes = requiredScopes
  }

  var fields: JSONObject { ["methods": .init(methods), "requiredScopes": .orNull(requiredScopes)] }
}
