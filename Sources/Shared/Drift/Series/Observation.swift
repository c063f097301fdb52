import Wire

/// What a monitor saw of one model in one environment over one window of time: the body of `model.observe`.
package struct Observation: Sendable, Equatable {
  package static let shortestSeconds = 1
  package static let longestSeconds = 31 * 86_400
  /// A window that ended longer ago is history.
  package static let oldestSeconds = 7 * 86_400

  package let modelID: ModelID
  package let environment: EnvironmentName
  package let windowStart: Timestamp
  package let windowEnd: Timestamp
  package let values: WatchedValues
  /// How the series were sampled down, where they were.
  package let sampling: Sampling?

  package init(
    modelID: ModelID, environment: EnvironmentName, windowStart: Timestamp, windowEnd: Timestamp, values: WatchedValues,
    sampling: Sampling? = nil
  ) {
    self.modelID = modelID
    self.environment = environment
    self.windowStart = windowStart
    self.windowEnd = windowEnd
    self.values = values
    self.sampling = sampling
  }

  package init(_ value: JSONValue, _ name: String) throws(FieldError) {
    var reader = try ObjectReader(value, name)
    modelID = try reader.identifier("model_id")
    environment = try reader.identifier("environment")
    windowStart = try reader.messageTime("window_start")
    windowEnd = try reader.messageTime("window_end")
    values = try WatchedValues(&reader)
    sampling = try reader.optional("sampling").map { value throws(FieldError) in
      try Sampling(value, "\(name).sampling")
    }
    try reader.finish()
    let length = windowEnd.seconds(since: windowStart)
    guard windowStart < windowEnd, (Self.shortestSeconds...Self.longestSeconds).contains(Int(length)) else {
      throw FieldError("\(name).window_end", "expected 1 second to 31 days after window_start")
    }
  }

  package var fields: JSONObject {
    var fields: JSONObject = [
      "model_id": modelID.json, "environment": environment.json, "window_start": .string(windowStart.messageText),
      "window_end": .string(windowEnd.messageText),
    ]
    for member in values.fields.members { fields.append(member.key, member.value) }
    if let sampling { fields.append("sampling", sampling.json) }
    return fields
  }

  /// Why the window cannot be one at `now`, or nil.
  package func hindrance(at now: Timestamp) -> String? {
    if windowEnd > now.adding(seconds: Message.clockSkewSeconds) {
      return "the window ends in the future, at \(windowEnd)"
    }
    if windowEnd.seconds(since: now) < -Int64(Self.oldestSeconds) { return "the window ended more than 7 days ago" }
    return nil
  }
}

/// How many values a series had, and the seed by which those that were sent were chosen.
package struct Sampling: Sendable, Equatable {
  package let seed: UInt64
  package let sizes: [String: Int]

  package init(seed: UInt64, sizes: [String: Int]) {
    self.seed = seed
    self.sizes = sizes
  }

  init(_ value: JSONValue, _ name: String) throws(FieldError) {
    var reader = try ObjectReader(value, name)
    seed = UInt64(try reader.int("seed", in: 0...Int.max))
    var sizes: [String: Int] = [:]
    for member in try reader.object("sizes").members {
      guard let size = member.value.int, size > 0 else {
        throw reader.failure("sizes", "expected whole numbers from 1")
      }
      sizes[member.key] = size
    }
    try reader.finish()
    self.sizes = sizes
  }

  var json: JSONValue {
    var object: JSONObject = [:]
    for (name, size) in sizes.sorted(by: { $0.key < $1.key }) { object.append(name, .init(size)) }
    return ["seed": .init(Int(clamping: seed)), "sizes": .object(object)]
  }

  /// So many of `values` as are allowed, in their order, each choice equally likely (Knuth's selection sampling). The same seed and
  /// values choose the same.
  package static func choose<Value>(_ most: Int, of values: [Value], seed: UInt64) -> [Value] {
    guard values.count > most else { return values }
    var (state, wanted, chosen) = (seed, most, [Value]())
    chosen.reserveCapacity(most)
    for (index, value) in values.enumerated() where wanted > 0 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var mixed = state
      mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
      mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
      mixed ^= mixed >> 31
      guard mixed.multipliedFullWidth(by: UInt64(values.count - index)).high < UInt64(wanted) else { continue }
      chosen.append(value)
      wanted -= 1
    }
    return chosen
  }
}
