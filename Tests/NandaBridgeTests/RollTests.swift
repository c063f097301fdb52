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

  @Test("An agent whose model or environment is misspelt is unlisted, and one that is for nobody is not spoken of")
  func misspelt() throws {
    let agents = try [
      SimpleAgent.on("iris", id: "right", in: "staging"), .on("iris", id: "elsewhere", in: "stagging"),
      .on("irsi", id: "modelless"), .on("irsi", id: "hidden", isPublic: false),
    ]
    guard let iris = try PageHouse().listing("iris").approved else { throw PaperFault("no approval") }
    let candidates = [Listing(iris, isPublic: true)] + agents.prefix(2).map { Listing($0, on: iris) }
    let roll = Roll(agents: agents, privateModels: [])
    #expect(roll.unlisted(among: candidates).map(\.key.id.text) == ["elsewhere", "modelless"])
  }

  @Test("What was private, or is in the config no more, is withheld; what only may not run is not")
  func withheld() throws {
    let shy = try SimpleAgent.on("shy", id: "shy-helper", isPublic: false)
    let roll = try Roll(agents: [.on("open", id: "helper"), shy], privateModels: [ModelID(checked: "secret")])
    let told = ["models/open", "models/secret", "default/helper", "default/shy-helper", "default/gone"]
    #expect(
      told.compactMap(AgentKey.init).filter(roll.isWithheld).map(\.text)
        == ["models/secret", "default/shy-helper", "default/gone"])
  }
}

extension SimpleAgent {
  fileprivate static func on(
    _ model: String, id: String, in environment: String? = nil, isPublic: Bool = true
  ) throws -> SimpleAgent {
    try SimpleAgent(
      [
        "id": .string(id), "name": "A", "description": "d", "model": .string(model), "public": .bool(isPublic),
        "environment": environment.map { .string($0) } ?? .null,
      ], "agents[0]")
  }
}
