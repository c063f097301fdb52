import AgentFacts
import Testing
import Wire

@testable import NandaBridge

/// What is told of an agent when nobody can be asked.
@Suite struct StaleDocumentTests {
  private let now = Timestamp(microseconds: 1_800_000_000_000_000)

  @Test("A stale document certifies nothing, proves nothing, and says since when")
  func nothingStands() throws {
    let stale = try document(validUntil: "2026-01-02T03:04:05+00:00").stale(because: "away", at: now)
    let facts = try fields(stale)
    #expect(facts["certification"]?.isNull == true)
    #expect(facts["proof"]?.object?["status"]?.string == "NOT_VERIFIED")
    #expect(facts["agent_name"]?.string == "iris")
    let metadata = facts["metadata"]?.object
    let standing = metadata?["x_model_governance"]?.object?["standing"]?.object
    #expect(standing?["status"]?.string == "stale" && standing?["valid_until"]?.isNull == true)
    #expect(standing?["stale_since"]?.string == "2026-01-02T03:04:05+00:00")
    #expect(metadata?["x_model_integrity"]?.object?["governance"]?.isNull == true)
    #expect(metadata?["x_mine"]?.string == "kept")
  }

  @Test("What is stale already stays stale since the same moment")
  func sinceStays() throws {
    let once = try document(validUntil: "2026-01-02T03:04:05+00:00").stale(because: "away", at: now)
    let twice = try once.stale(because: "away", at: now.adding(seconds: 3600))
    #expect(once == twice)
  }

  @Test("A decision that would still hold is stale from now on")
  func neverFromTheFuture() throws {
    let stale = try document(validUntil: "2199-01-02T03:04:05+00:00").stale(because: "away", at: now)
    #expect(stale.json.text.contains("\"stale_since\":\"\(now.attestationText)\""))
  }

  @Test("Only a document that says itself that the agent may not run is taken for a no")
  func saysNo() throws {
    let running = document(validUntil: "2199-01-02T03:04:05+00:00")
    #expect(try !running.saysNo() && !running.stale(because: "away", at: now).saysNo())
    #expect(try running.revoked(because: "it is over", at: now).saysNo())
  }

  @Test("The last words on what may not run say why, name no place where it is reached, and certify nothing")
  func revoked() throws {
    let facts = try fields(document(validUntil: "2199-01-02T03:04:05+00:00").revoked(because: "it is over", at: now))
    let proof = facts["proof"]?.object
    #expect(proof?["status"]?.string == "FAILED" && proof?["failure_reason"]?.string == "it is over")
    #expect(facts["certification"]?.isNull == true && facts["endpoints"]?.object?["static"]?.array?.isEmpty == true)
    let governance = facts["metadata"]?.object?["x_model_governance"]?.object
    let standing = governance?["standing"]?.object
    #expect(standing?["status"]?.string == "may_not_run" && standing?["reason"]?.string == "it is over")
    #expect(standing?["stale_since"]?.isNull == true && governance?["decisions"]?.array?.isEmpty == true)
  }

  private func fields(_ document: AgentDocument) throws -> JSONObject {
    try #require(try StrictJSON.parse(document.json).object)
  }

  private func document(validUntil: String) -> AgentDocument {
    let facts: JSONObject = [
      "agent_name": "iris", "certification": ["level": "verified"],
      "endpoints": ["static": ["https://inference.example/iris"], "dynamic": [], "adaptive_resolver": .null],
      "metadata": [
        "x_mine": "kept", "x_model_integrity": ["governance": ["status": "active"]],
        "x_model_governance": [
          "standing": ["status": "may_run", "valid_until": .string(validUntil), "stale_since": .null],
          "decisions": [["environment": "staging", "result": "PASSED"]],
        ],
      ],
      "proof": ["status": "VERIFIED"],
    ]
    return AgentDocument(key: AgentKey(.models, AgentID(checked: "iris")), json: facts.serialized())
  }
}

extension [UInt8] {
  fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}
