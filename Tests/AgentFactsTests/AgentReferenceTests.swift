import TestSupport
import Testing
import Wire

@testable import AgentFacts

/// Which names of agents are taken, and how those of other registries are refused, as `sm-bridge` 0.8.0 does.
@Suite struct AgentReferenceTests {
  private func read(_ query: String?, at url: String = "https://example.com") throws -> AgentReference {
    let registry = try Registry(id: RegistryID(checked: "my-reg"), providerName: "P", providerURL: url)
    return try AgentReference(QueryParameters(query: query), in: registry)
  }

  @Test(arguments: [
    "agent=@other/a1", "agent=@other:models/a1", "agent=@/a1", "agent=@:models/a1", "agent=@MY-REG/a1",
    "agent=@my-reg.evil/a1", "agent=@my-reg/", "agent=@", "agent=", "agent=did:key:z6Mk",
    "agent=did:web:other.example:a1",
    "agent=did:web:example.com", "agent=did:web:example.com:", "agent=did:web:example.com:agents:models:",
    "agent=did:web:example.com.evil:a1", "agent=did:web:evil@example.com:a1", "agent=urn:nanda:a1", "agent=did:",
    "agent=@my%E2%80%8B-reg/a1",
  ]) func aNameOfAnotherRegistryOrOfNobodyIsForeign(query: String) {
    #expect(throws: QueryRefusal.foreign) { try read(query) }
  }

  @Test(arguments: [
    "agent=%20a1", "agent=@@a1", "agent=%00", "agent=%ff", "agent=a1%0d%0aX:y", "agent=..%2fa1",
    "agent=@my-reg:/a1", "agent=@my-reg:ns:deep/a1", "agent=did:web:example.com:agents:a1",
    "agent=did:web:example.com:users:models:a1", "agent=did:web:example.com:443:a1", "agent=a%CC%81",
    "agent=did:web:example.com:agents:models:%2500",
  ]) func whatCanBeNoAgentsNameIsNotFound(query: String) {
    #expect(throws: QueryRefusal.notFound) { try read(query) }
  }

  @Test(arguments: [nil, "", "agents=a1", "Agent=a1", "&&"]) func aQuestionWithoutAnAgentIsInvalid(query: String?) {
    #expect(throws: QueryRefusal.invalid([.missing("agent")])) { try read(query) }
  }

  @Test(arguments: [
    "agent=acme/risk:v2", "agent=%61cme/risk:v2", "agent=@acme%2Frisk:v2&agent=acme%2Frisk%3Av2",
    "agent=@my-reg/acme/risk:v2",
  ]) func anIdAloneNamesNoNamespace(query: String) throws {
    let reference = try read(query)
    #expect(reference.namespace == nil)
    #expect(reference.id.text == "acme/risk:v2")
  }

  @Test(arguments: [
    "agent=@my-reg:models/acme/risk:v2", "agent=did:web:example.com:agents:models:acme%252Frisk%253Av2",
  ]) func aHandleAndADIDNameTheirNamespace(query: String) throws {
    let reference = try read(query)
    #expect(reference.namespace == .models)
    #expect(reference.id.text == "acme/risk:v2")
  }

  @Test(arguments: ["did:web:localhost%253A8080:agents:default:a1", "did:web:localhost:8080:agents:default:a1"])
  func aProviderOnAPortIsKnownInBothSpellings(did: String) throws {
    #expect(try read("agent=\(did)", at: "http://localhost:8080/").id.text == "a1")
  }

  @Test func everyModelsDIDAndHandleNameItAgain() throws {
    let registry = try Registry(
      id: RegistryID(checked: "my-reg"), providerName: "P", providerURL: "https://example.com:8443/org")
    var random = SeededGenerator()
    for _ in 0..<200 {
      let text =
        "m"
        + (0..<Int.random(in: 0..<60, using: &random)).map { _ in
          "abcXYZ019._:-".randomElement(using: &random).map(String.init) ?? ""
        }.joined()
      let key = AgentKey(.models, AgentID(checked: text))
      #expect(
        try AgentReference(registry.handle(key), in: registry) == AgentReference(registry.did(key), in: registry),
        "seed \(random.seed)")
      #expect(try AgentReference(registry.did(key), in: registry).id.text == text)
    }
  }

  @Test(arguments: [
    "ftp://example.com", "example.com", "https://", "https://user@example.com", "https://a b", "https://h:99999",
    "https://h?x",
  ])
  func aURLThatNoDIDCanBeMadeOfIsRefused(url: String) {
    #expect(throws: FieldError.self) {
      try Registry(id: RegistryID(checked: "r"), providerName: "P", providerURL: url)
    }
  }
}
