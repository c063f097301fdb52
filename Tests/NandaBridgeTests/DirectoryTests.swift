import AgentFacts
import Testing
import Wire

@testable import NandaBridge

/// Which agent a name means: one name never comes to mean another agent.
@Suite struct DirectoryTests {
  private let registry: Registry

  init() throws {
    registry = try Registry(
      id: RegistryID(checked: "my-reg"), providerName: "Acme", providerURL: "https://acme.example")
  }

  private func directory(_ listed: [String], formerly: [String] = []) -> Directory {
    let listings = listed.compactMap { AgentKey($0) }.map { Listing(remembered: $0, isPublic: true) }
    return Directory(number: 1, listings, formerly: formerly.compactMap { AgentKey($0) })
  }

  private func meaning(_ name: String, in directory: Directory) throws -> String {
    try directory.listing(AgentReference(name, in: registry)).key.text
  }

  private let bare = ["good", "@good", "@my-reg/good", "did:web:acme.example:good"]

  @Test("The bare name of a model that was revoked does not come to mean an agent of the config")
  func revokedModel() throws {
    let before = directory(["models/good", "default/good"])
    let after = directory(["default/good"], formerly: ["models/good", "default/good"])
    for name in bare {
      #expect(try meaning(name, in: before) == "models/good", "\(name)")
      #expect(throws: QueryRefusal.notFound, "\(name)") { try after.listing(AgentReference(name, in: registry)) }
    }
    #expect(try meaning("@my-reg:default/good", in: after) == "default/good")
  }

  @Test("A bare name that two namespaces have, or had, is nobody's")
  func twoNamespaces() throws {
    for directory in [
      directory(["desk/good", "default/good"]), directory(["desk/good"], formerly: ["default/good", "desk/good"]),
    ] {
      #expect(throws: QueryRefusal.notFound) { try directory.listing(AgentReference("good", in: registry)) }
      #expect(try meaning("@my-reg:desk/good", in: directory) == "desk/good")
    }
    #expect(try meaning("good", in: directory(["desk/good"], formerly: ["desk/good"])) == "desk/good")
  }
}
