import Wire

/// The last known value of each of a bounded number of models; the one that was put there first gives way.
struct Shelf<Value: Sendable>: Sendable {
  let capacity: Int
  private var values: [ModelID: Value] = [:]
  /// Models as they came, once each.
  private var order: [ModelID] = []

  init(capacity: Int) { self.capacity = capacity }

  subscript(model: ModelID) -> Value? { values[model] }

  mutating func put(_ value: Value, of model: ModelID) {
    if values.updateValue(value, forKey: model) != nil { return }
    order.append(model)
    if order.count > capacity { values[order.removeFirst()] = nil }
  }
}
