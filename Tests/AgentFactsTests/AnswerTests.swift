import Testing
import Wire

@testable import AgentFacts

/// The documents and answers, byte for byte as `sm-bridge` 0.8.0 writes them.
@Suite struct AnswerTests {
  private static let moment = Timestamp(microseconds: 1_767_323_045_000_000)
  private static let key = AgentKey("ns/a1")
  /// Of `sm-bridge`, for an agent of which nothing but the required fields is known.
  private static let written =
    #"{"id":"did:web:example.com:agents:ns:a1","handle":"@my-reg:ns/a1","agent_name":"A é","label":"ns","description":"d","version":"1.0.0","documentationUrl":null,"jurisdiction":null,"provider":{"name":"P","url":"https://example.com","did":"did:web:example.com"},"endpoints":{"static":["https://example.com/agents/a1"],"dynamic":[],"adaptive_resolver":null},"capabilities":{"modalities":[],"skills":[],"authentication":{"methods":["did-auth"],"requiredScopes":null},"streaming":false,"batch":false},"skills":[{"id":"s","description":"t","inputModes":["text"],"outputModes":["text"],"version":null,"parameters":null,"supportedLanguages":null,"latencyBudgetMs":null,"maxTokens":null}],"certification":null,"evaluations":null,"telemetry":null,"metadata":{},"proof":{"profile":"legacy","method":"opaque-dict","status":"NOT_VERIFIED","verified_at":"2026-01-02T03:04:05Z","evidence_ref":null,"failure_reason":"why"}}"#

  private func registry() throws -> Registry {
    try Registry(id: RegistryID(checked: "my-reg"), providerName: "P", providerURL: "https://example.com")
  }

  private func document() throws -> AgentDocument {
    let registry = try registry()
    let key = try #require(Self.key)
    let facts = AgentFacts(
      id: registry.did(key), handle: registry.handle(key), agentName: "A é", label: "ns", description: "d",
      version: "1.0.0", provider: registry.provider, endpoints: Endpoints(fixed: ["https://example.com/agents/a1"]),
      capabilities: Capabilities(), skills: SkillList(Skill(id: "s", description: "t")),
      proof: Proof(profile: "legacy", method: "opaque-dict", outcome: .notVerified(reason: "why"), at: Self.moment))
    return AgentDocument(facts, key: key)
  }

  @Test func anAgentsFactsHaveEveryFieldInItsPlaceAndNulls() throws {
    #expect(try String(decoding: document().json, as: UTF8.self) == Self.written)
  }

  @Test func aMomentIsWrittenAsPydanticWritesIt() {
    #expect(Timestamp(microseconds: 1_767_323_045_000_100).agentFactsText == "2026-01-02T03:04:05.000100Z")
  }

  @Test func aPageOfTheIndexTellsTheTotalAndWhatComesNext() throws {
    let agents = [try document(), try document()]
    let answer = IndexAnswer(
      generatedAt: Self.moment, registry: try registry().id, agents: agents, totalCount: 7, next: agents[1].key)
    let expected =
      #"{"generated_at":"2026-01-02T03:04:05Z","registry_id":"my-reg","agents":["# + Self.written + "," + Self.written
      + #"],"signature":null,"total_count":7,"next_cursor":"ns/a1"}"#
    #expect(String(decoding: answer.json, as: UTF8.self) == expected)
  }

  @Test func anEmptyPageIsStillAPage() throws {
    let answer = IndexAnswer(
      generatedAt: Self.moment, registry: try registry().id, agents: [], totalCount: 0, next: nil)
    #expect(
      String(decoding: answer.json, as: UTF8.self).hasSuffix(
        #""agents":[],"signature":null,"total_count":0,"next_cursor":null}"#))
  }

  @Test func aDeltaCarriesTheAgentAsItWas() throws {
    let delta = AgentDelta(sequence: 3, action: .revoke, recordedAt: Self.moment, agent: try document())
    let answer = DeltaAnswer(registry: try registry().id, generatedAt: Self.moment, deltas: [delta], next: 3)
    let expected =
      #"{"registry_id":"my-reg","generated_at":"2026-01-02T03:04:05Z","deltas":[{"seq":3,"action":"revoke","recorded_at":"2026-01-02T03:04:05Z","agent":"#
      + Self.written + #","signature":null}],"next_seq":3}"#
    #expect(String(decoding: answer.json, as: UTF8.self) == expected)
  }

  @Test func aRegistryIsFoundByItsWellKnownDocument() throws {
    let expected =
      #"{"registry_id":"my-reg","registry_did":"did:web:example.com","namespaces":["did:web:example.com:*"],"index_url":"https://example.com/nanda/index","resolve_url":"https://example.com/nanda/resolve","deltas_url":"https://example.com/nanda/deltas","tools_url":null,"a2a_send_url":null,"provider":{"name":"P","url":"https://example.com","did":"did:web:example.com"},"capabilities":["agentfacts","deltas"],"peers":null}"#
    #expect(JSONValue.object(WellKnown(registry: try registry(), tools: []).fields).jsonText == expected)
    let tool = try Tool(["tool_id": "t", "description": "d", "endpoint": "https://example.com/t"])
    let withTools = WellKnown(registry: try registry(), tools: [tool]).fields
    #expect(withTools["tools_url"] == "https://example.com/nanda/tools")
    #expect(withTools["capabilities"] == ["agentfacts", "deltas", "mcp-tools"])
  }

  @Test func toolsAreListedAsTheConfigHasThem() throws {
    let tool = try Tool(["tool_id": "t", "description": "d", "endpoint": "https://example.com/t", "params": ["q"]])
    let answer = ToolsAnswer(registry: try registry().id, tools: [tool])
    #expect(
      JSONValue.object(answer.fields).jsonText
        == #"{"registry_id":"my-reg","tools":[{"tool_id":"t","description":"d","endpoint":"https://example.com/t","params":["q"],"version":"v1"}]}"#
    )
  }
}
