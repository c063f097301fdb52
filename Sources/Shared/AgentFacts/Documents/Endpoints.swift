import Wire

/// Where an agent is reached.
package struct Endpoints: Sendable, Equatable {
  package let fixed: [String]
  package let dynamic: [String]
  package let adaptiveResolver: AdaptiveResolver?

  package init(fixed: [String] = [], dynamic: [String] = [], adaptiveResolver: AdaptiveResolver? = nil) {
    self.fixed = fixed
    self.dynamic = dynamic
    self.adaptiveResolver = adaptiveResolver
  }

  package var fields: JSONObject {
    [
      "static": .init(fixed), "dynamic": .init(dynamic), "adaptive_resolver": .orNull(adaptiveResolver?.fields),
    ]
  }
}

/// Whom to ask for the endpoint that suits.
package struct AdaptiveResolver: Sendable, Equatable {
  package let url: String
  package let policies: [String]

  package init(url: String, policies: [String] = []) {
    self.url = url
    self.policies = policies
  }

  var fields: JSONObject { ["url": .string(url), "policies": .init(policies)] }
}
