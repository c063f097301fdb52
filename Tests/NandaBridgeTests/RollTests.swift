import AgentFacts
import Testing
import Wire

@testable import NandaBridge

/// Whom the bridge lists before governance has been read: nobody whom its config hides.
@Suite struct RollTests {
  @Test(
    "A model that was made private, and an agent that was taken out, are not listed again by a start without governance"
  )
  func rememberedPrivacy() throws {
    let shy = try SimpleAgent.on("shy", id: "shy-helper", isPublic: false)
    let roll = try Roll(agents: [.on("open", id: "helper"), shy], privateModels: [ModelID(checked: "secret")])
    let told = ["models/open", "models/secret", "default/helper", "default/shy-helper", "default/gone"]
    let directory = Directory(number: 1, roll.remembered(told.compactMap(AgentKey.init)))
    #expect(directory.listed.map(\.key.text) == ["default/helper", "models/open"])
    #expect(Set(directory.hidden.map(\.text)) == ["models/secret", "default/shy-helper"])
  }
}

extension SimpleAgent {
  fileprivate static func on(_ model: String, id: String, isPublic: Bool = true) throws -> SimpleAgent {
    try SimpleAgent(
      [
        "id": .string(id), "name": "A", "description": "d", "model": .string(model), "public": .bool(isPublic),
      ], "agents[0]")
  }
}
