import Attestations
import Testing
import Wire

@testable import AgentFacts

/// An agent of the config stands and falls with the model that it runs on.
@Suite struct AgentOnModelTests {
  private let noon = ModelHouse.noon

  private func agent(_ fields: JSONObject = [:]) throws -> SimpleAgent {
    var object: JSONObject = ["id": "helper", "name": "Helper", "description": "Helps", "model": "acme/risk:v2"]
    for member in fields.members { object.append(member.key, member.value) }
    return try SimpleAgent(object)
  }

  @Test func anAgentIsListedOnlyWhileItsModelMayRun() throws {
    let house = try ModelHouse()
    let agent = try agent()
    #expect(agent.isListed(on: try house.running(), at: noon))
    #expect(!agent.isListed(on: try house.running(), at: noon.adding(seconds: 60)))
    #expect(!agent.isListed(on: try house.governed([house.decision(failing: .lease)]), at: noon))
    #expect(!agent.isListed(on: try house.governed([]), at: noon))
  }

  @Test func anAgentGoesByItsOwnEnvironment() throws {
    let house = try ModelHouse()
    let running = try house.running()
    #expect(try agent(["environment": "production"]).isListed(on: running, at: noon))
    let inStaging = try agent(["environment": "staging"])
    #expect(!inStaging.isListed(on: running, at: noon))
    let facts = try inStaging.facts(on: running, in: house.registry, at: noon)
    #expect(facts.certification == nil)
    #expect(facts.proof?.fields["status"] == "FAILED")
    #expect(facts.governance["standing"]?.object?["status"] == "may_not_run")
  }

  @Test func aPrivateAgentIsNotListed() throws {
    #expect(!(try agent(["public": false]).isListed(on: ModelHouse().running(), at: noon)))
  }

  @Test func anAgentOnAnotherModelIsRefused() throws {
    let house = try ModelHouse()
    let other = try SimpleAgent(["id": "a", "name": "A", "description": "d", "model": "other"])
    #expect(throws: FieldError.self) { try other.facts(on: house.running(), in: house.registry, at: noon) }
  }

  @Test func itsCertificationIsItsOperatorsClaimAndEndsWithTheApproval() throws {
    let house = try ModelHouse()
    let facts = try agent(["certification_issuer": "NANDA", "attestations": ["privacy"]])
      .facts(on: house.running(), in: house.registry, at: noon)
    let approval = house.approval.held
    #expect(
      facts.certification
        == Certification(
          level: .selfDeclared, issuer: "NANDA",
          attestations: ["privacy", "nanda-attestation:model-approval:\(approval.digest)"],
          issuedAt: approval.predicate.approvedAt, expiresAt: approval.predicate.expiresAt))
  }

  @Test func theRestIsAsSmBridgesConverterHasIt() throws {
    let house = try ModelHouse()
    let facts = try agent([
      "namespace": "agents", "labels": ["finance"], "endpoints": ["rest_api": "https://x/api"],
      "dynamic_endpoints": ["http://y"], "metadata": ["team": "loans", "public": false, "provenance": "mine"],
    ]).facts(on: house.running(), in: house.registry, at: noon)
    #expect(facts.id == "did:web:acme.example:agents:agents:helper")
    #expect(facts.handle == "@my-reg:agents/helper")
    #expect(facts.label == "finance")
    #expect(facts.endpoints == Endpoints(fixed: ["https://x/api"], dynamic: ["http://y"]))
    #expect(facts.own("team") == "loans" && facts.own("public") == true)
    #expect(
      facts.own("endpoints_extended")
        == [
          ["url": "https://x/api", "protocol": "https", "description": "Rest Api", "key": "rest_api"],
          ["url": "http://y", "protocol": "http", "description": "Dynamic Endpoint", "key": "dynamic_0"],
        ])
    #expect(facts.own("provenance")?.object?["invented"] == ["id", "provider.did", "skills"])
    #expect(facts.own("synthesized") == ["skills"])
  }
}
