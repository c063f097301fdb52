import Wire

/// One thing that an agent does.
package struct Skill: Sendable, Equatable {
  package static let defaultModes = ["text"]

  package let id: String
  package let description: String
  package let inputModes: [String]
  package let outputModes: [String]
  package let version: String?
  package let parameters: JSONObject?
  package let supportedLanguages: [String]?
  package let latencyBudgetMs: Int?
  package let maxTokens: Int?

  package init(
    id: String, description: String, inputModes: [String] = defaultModes, outputModes: [String] = defaultModes,
    version: String? = nil, parameters: JSONObject? = nil, supportedLanguages: [String]? = nil,
    latencyBudgetMs: Int? = nil, maxTokens: Int? = nil
  ) {
    self.id = id
    self.description = description
    self.inputModes = inputModes
    self.outputModes = outputModes
    self.version = version
    self.parameters = parameters
    self.supportedLanguages = supportedLanguages
    self.latencyBudgetMs = latencyBudgetMs
    self.maxTokens = maxTokens
  }

  var fields: JSONObject {
    [
      "id": .string(id), "description": .string(description), "inputModes": .init(inputModes),
      "outputModes": .init(outputModes), "version": .init(version), "parameters": .orNull(parameters),
      "supportedLanguages": .orNull(supportedLanguages), "latencyBudgetMs": .orNull(latencyBudgetMs),
      "maxTokens": .orNull(maxTokens),
    ]
  }
}

/// The skills of an agent: at least one, as the form of NANDA asks.
package struct SkillList: Sendable, Equatable {
  package let first: Skill
  package let others: [Skill]

  package init(_ first: Skill, _ others: [Skill] = []) {
    self.first = first
    self.others = others
  }

  /// Nil for none.
  package init?(_ skills: [Skill]) {
    guard let first = skills.first else { return nil }
    self.init(first, Array(skills.dropFirst()))
  }

  package var all: [Skill] { [first] + others }
}
