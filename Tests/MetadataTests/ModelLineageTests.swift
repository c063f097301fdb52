import Testing
import Wire

@testable import Metadata

@Suite struct ModelLineageTests {
  private func lineage(_ text: String) throws -> ModelLineage {
    try ModelLineage(try #require(try StrictJSON.parse(Array(text.utf8)).array))
  }

  // MARK: Refusals

  @Test(arguments: [
    (#"[{"model_id": "a", "parent_id": "a"}]"#, "a descends from itself"),
    (#"[{"model_id": "a", "parent_id": "b"}, {"model_id": "b", "parent_id": "a"}]"#, "descends from itself"),
    (
      #"[{"model_id": "r"}, {"model_id": "a", "parent_id": "c"}, {"model_id": "b", "parent_id": "a"}, {"model_id": "c", "parent_id": "b"}]"#,
      "descends from itself"
    ),
    (#"[{"model_id": "a"}, {"model_id": "b"}, {"model_id": "a"}]"#, "a stands twice"),
    (#"[{"model_id": "a"}, {"model_id": "b", "parent_id": "ghost"}]"#, "the parent of b, ghost, is not in the lineage"),
    (#"[{"model_id": "b", "parent_id": "a"}, {"model_id": "a"}]"#, "b stands before its parent"),
    (#"[{"model_id": "a"}, {"model_id": ""}]"#, "node 1 has no model_id"),
  ]) func whatIsNoGraphIsRefusedByTheNameOfTheNode(text: String, reason: String) throws {
    #expect(try lineage(text).problem?.contains(reason) == true)
  }

  @Test func namesAreComparedAsBytes() throws {
    let spelled = #"[{"model_id": "\u00e9"}, {"model_id": "b", "parent_id": "e\u0301"}]"#
    #expect(try lineage(spelled).problem?.contains("is not in the lineage") == true)
  }

  @Test(arguments: [
    #"[1]"#, #"[{}]"#, #"[{"model_id": 1}]"#, #"[{"model_id": "a", "parent_id": {}}]"#,
    #"[{"model_id": "a", "metadata": []}]"#,
  ])
  func whatIsNoNodeIsRefused(text: String) { #expect(throws: FieldError.self) { try lineage(text) } }

  @Test func thousandGenerationsAreTakenAndOneMoreIsNot() throws {
    let chain = (0...1000).map { index -> JSONValue in
      ["model_id": .string("m\(index)"), "parent_id": .string(index == 0 ? "" : "m\(index - 1)")]
    }
    #expect(try ModelLineage(Array(chain.dropLast())).problem == nil)
    #expect(throws: FieldError.self) { try ModelLineage(chain) }
  }

  @Test func aCycleOfAThousandIsFound() throws {
    let ring = (0..<1000).map { LineageNode(modelID: "m\($0)", parentID: "m\(($0 + 1) % 1000)") }
    #expect(ModelLineage(ring).problem?.contains("descends from itself") == true)
  }

  // MARK: As upstream

  @Test func questionsAreAnsweredByPosition() throws {
    let chain = try lineage(
      #"[{"model_id": "a"}, {"model_id": "b", "parent_id": "a"}, {"model_id": "c", "parent_id": "b"}]"#)
    #expect(chain.depth == 3 && chain.root?.modelID == "a" && chain.leaf?.modelID == "c" && chain.problem == nil)
    #expect(chain.ancestors(of: "c").map(\.modelID) == ["a", "b"])
    #expect(chain.ancestors(of: "a").isEmpty && chain.ancestors(of: "ghost").isEmpty)
    let twice = try lineage(#"[{"model_id": "a"}, {"model_id": "b"}, {"model_id": "b"}]"#)
    #expect(twice.ancestors(of: "b").map(\.modelID) == ["a"])
    let none = ModelLineage([] as [LineageNode])
    #expect(none.depth == 0 && none.root == nil && none.leaf == nil)
  }

  @Test func emptyFieldsOfANodeAreLeftOut() throws {
    let text = #"[{"model_id":"a"},{"model_id":"b","relation":"adapter","parent_id":"a","metadata":{"epochs":3}}]"#
    let padded =
      #"[{"model_id":"a","relation":"","parent_id":null,"metadata":{},"extra":1},{"model_id":"b","relation":"adapter","parent_id":"a","metadata":{"epochs":3}}]"#
    #expect(try lineage(padded).json.jsonText == text)
    #expect(try lineage(text).agentFactsExtension() == ["x_model_lineage": StrictJSON.parse(Array(text.utf8))])
  }

  @Test(
    arguments: [
      (
        ["model_id": "m", "base_model": "b", "model_type": "lora_adapter"],
        #"[{"model_id":"b"},{"model_id":"m","relation":"lora_adapter","parent_id":"b"}]"#
      ),
      (
        ["model_id": "m", "base_model": "b"],
        #"[{"model_id":"b"},{"model_id":"m","relation":"fine_tuned","parent_id":"b"}]"#
      ),
      (["model_id": "m", "base_model": "m"], #"[{"model_id":"m"}]"#), (["model_id": "m"], #"[{"model_id":"m"}]"#),
    ] as [(JSONObject, String)]) func aProvenancesLineage(provenance: JSONObject, text: String) throws
  {
    let lineage = ModelLineage(of: try ModelProvenance(provenance, as: .integrity))
    #expect(lineage.json.jsonText == text && lineage.problem == nil)
  }
}
