import Testing
import Wire

@testable import AgentFacts

/// The agents that a bridge's config lists.
@Suite struct SimpleAgentTests {
  static let least: JSONObject = ["id": "helper", "name": "Helper", "description": "Helps", "model": "acme/risk"]

  private static func decimal(_ text: String) throws -> JSONValue { try StrictJSON.parse(Array(text.utf8)) }

  private func read(_ changes: JSONObject) throws -> SimpleAgent {
    var object: JSONObject = [:]
    for member in Self.least.members where changes[member.key] == nil { object.append(member.key, member.value) }
    for member in changes.members { object.append(member.key, member.value) }
    return try SimpleAgent(object, "agents[0]")
  }

  @Test(
    arguments: [
      ("model", "../etc"), ("id", "a b"), ("id", ""), ("id", "@a"), ("namespace", "models"), ("namespace", "a/b"),
      ("environment", "Prod"), ("certification_level", "gold"), ("skills", 3), ("skills", [3]), ("endpoints", ["u"]),
      ("endpoints", ["api": 3]), ("public", "yes"), ("performance_score", "4.8"), ("labels", "one"), ("nmae", "x"),
      ("model", .null), ("version", 1),
    ] as [(String, JSONValue)]) func aFieldThatIsWrongIsRefusedByItsName(field: String, value: JSONValue)
  {
    let error = #expect(throws: FieldError.self) { try read(JSONObject(dictionaryLiteral: (field, value))) }
    #expect(error?.field.hasPrefix("agents[0].\(field)") == true, "\(String(describing: error))")
  }

  @Test func theLeastThatAnAgentNeedsGetsSmBridgesDefaults() throws {
    let agent = try SimpleAgent(Self.least)
    #expect(agent.key.text == "default/helper")
    #expect(agent.version == "1.0.0")
    #expect(agent.isPublic && !agent.streaming && !agent.batch)
    #expect(agent.authentication == Authentication(methods: ["did-auth"]))
    #expect(agent.claim.level == .selfDeclared)
    #expect(agent.environment == nil && agent.evaluations == nil && agent.telemetry == nil)
  }

  @Test func skillsAreWordsOrObjectsAndWhatTheFormMadeOfThemIsNoted() throws {
    let agent = try read([
      "skills": ["sum", ["name": "n", "cost": 1, "inputModes": ["image"]], ["description": "d"]]
    ])
    #expect(agent.skills.map(\.skill.id) == ["sum", "n", "unknown"])
    #expect(agent.skills.map(\.skill.description) == ["sum", "", "d"])
    #expect(agent.skills.map(\.defaulted) == [[], ["description"], ["id"]])
    #expect(agent.skills.map(\.dropped) == [[], ["cost"], []])
    #expect(agent.skills[1].skill.inputModes == ["image"])
  }

  @Test func whatIsAskedForIsRead() throws {
    let agent = try read([
      "namespace": "agents", "environment": "production", "public": false, "endpoints": ["api": "https://x/api"],
      "adaptive_resolver_url": "https://x/r", "performance_score": try Self.decimal("4.8"), "telemetry_enabled": true,
      "telemetry_sampling": try Self.decimal("0.1"), "certification_level": "audited", "certification_issuer": "N",
    ])
    #expect(agent.key.text == "agents/helper")
    #expect(agent.environment?.text == "production")
    #expect(!agent.isPublic)
    #expect(agent.endpoints == [NamedEndpoint(name: "api", url: "https://x/api")])
    #expect(agent.adaptiveResolver?.policies == ["capability_negotiation", "load_balancing"])
    #expect(agent.evaluations?.performanceScore?.literal == "4.8")
    #expect(agent.telemetry?.sampling?.literal == "0.1")
    #expect(agent.claim == CertificationClaim(level: .audited, issuer: "N", attestations: []))
  }
}
