import Wire

// What upstream does not ask: whether the nodes are a graph at all.
extension ModelLineage {
  /// Nil when every node has a name of its own, and every parent stands in the array before its children; else what is wrong with
  /// which node. Looks at each node once.
  package var problem: String? {
    var places: [[UInt8]: Int] = [:]
    for (index, node) in nodes.enumerated() {
      guard !node.modelID.isEmpty else { return "node \(index) has no model_id" }
      guard places.updateValue(index, forKey: Array(node.modelID.utf8)) == nil else {
        return "\(Self.shown(node)) stands twice"
      }
    }
    for node in nodes where !node.parentID.isEmpty && places[Array(node.parentID.utf8)] == nil {
      return "the parent of \(Self.shown(node)), \(node.parentID.clipped(64)), is not in the lineage"
    }
    let parents = nodes.map { $0.parentID.isEmpty ? nil : places[Array($0.parentID.utf8)] }
    if let node = Self.nodeInCycle(parents) { return "\(Self.shown(nodes[node])) descends from itself" }
    for (index, parent) in parents.enumerated() {
      if let parent, parent > index {
        return "\(Self.shown(nodes[index])) stands before its parent; put the root first"
      }
    }
    return nil
  }

  /// Follows the parents from each node until one that was already looked at. Meeting one of the same walk closes a cycle.
  private static func nodeInCycle(_ parents: [Int?]) -> Int? {
    var walks = [Int?](repeating: nil, count: parents.count)
    for start in parents.indices {
      var next: Int? = start
      while let node = next, walks[node] == nil {
        walks[node] = start
        next = parents[node]
      }
      if let node = next, walks[node] == start { return node }
    }
    return nil
  }

  private static func shown(_ node: LineageNode) -> String { node.modelID.clipped(64) }
}
