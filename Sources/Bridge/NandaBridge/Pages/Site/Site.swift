import AgentFacts

/// Whose pages these are.
struct Site: Sendable {
  let registry: RegistryID
  let provider: String

  enum Part: String, CaseIterable {
    case overview, verify

    var title: String {
      switch self {
      case .overview: "Overview"
      case .verify: "Verify"
      }
    }
  }
}
