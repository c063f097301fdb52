import Wire

/// One model on the way from a base model to what is approved.
package struct LineageNode: Sendable, Equatable {
  package let modelID: String
  /// How it was made from its parent; empty when that is not said.
  package let relation: String
  /// Empty for a root.
  package let parentID: String
  package let metadata: JSONObject

  package init(modelID: String, relation: String = "", parentID: String = "", metadata: JSONObject = [:]) {
    self.modelID = modelID
    self.relation = relation
    self.parentID = parentID
    self.metadata = metadata
  }

  /// Unknown fields are passed over, as upstream has it.
  init(_ value: JSONValue, _ name: String) throws(FieldError) {
    var reader = try ObjectReader(value, name)
    modelID = try reader.string("model_id")
    relation = try reader.optionalString("relation") ?? ""
    parentID = try reader.optionalString("parent_id") ?? ""
    metadata = try reader.optionalObject("metadata") ?? [:]
  }

  /// Empty fields are left out.
  package var fields: JSONObject {
    var object: JSONObject = ["model_id": .string(modelID)]
    if !relation.isEmpty { object.append("relation", .string(relation)) }
    if !parentID.isEmpty { object.append("parent_id", .string(parentID)) }
    if !metadata.isEmpty { object.append("metadata", .object(metadata)) }
    return object
  }
}

/// Where a model descends from, in the shape of the public `sm_integrity` 0.2.0: an array with the root first. Its questions are
/// answered by position, as upstream answers them; whether the parents bear that out, `problem` says.
package struct ModelLineage: Sendable, Equatable {
  package static let maximumNodeCount = 1000
  package static let extensionKey = "x_model_lineage"

  package let nodes: [LineageNode]

  package init(_ nodes: [LineageNode]) { self.nodes = nodes }

  /// - Throws: `FieldError` for what is no list of at most 1000 nodes.
  package init(_ items: [JSONValue]) throws(FieldError) {
    guard items.count <= Self.maximumNodeCount else {
      throw FieldError("lineage", "holds more than \(Self.maximumNodeCount) items")
    }
    var nodes: [LineageNode] = []
    for (index, item) in items.enumerated() { nodes.append(try LineageNode(item, "lineage[\(index)]")) }
    self.nodes = nodes
  }

  /// Base and model where the provenance names another base, else the model alone.
  package init(of provenance: ModelProvenance) {
    let (model, base) = (provenance[.modelID], provenance[.baseModel])
    guard !base.isEmpty, !base.hasSameBytes(as: model) else {
      nodes = [LineageNode(modelID: model)]
      return
    }
    let relation = provenance[.modelType].isEmpty ? "fine_tuned" : provenance[.modelType]
    nodes = [LineageNode(modelID: base), LineageNode(modelID: model, relation: relation, parentID: base)]
  }

  package var depth: Int { nodes.count }
  package var root: LineageNode? { nodes.first }
  package var leaf: LineageNode? { nodes.last }

  /// Everything before the first node of this name; nothing when there is none.
  package func ancestors(of modelID: String) -> [LineageNode] {
    guard let index = nodes.firstIndex(where: { $0.modelID.hasSameBytes(as: modelID) }) else { return [] }
    return Array(nodes[..<index])
  }

  package var json: JSONValue { .array(nodes.map { .object($0.fields) }) }

  /// For AgentFacts: `{"x_model_lineage": […]}`.
  package func agentFactsExtension(key: String = extensionKey) -> JSONObject {
    JSONObject(dictionaryLiteral: (key, json))
  }
}
