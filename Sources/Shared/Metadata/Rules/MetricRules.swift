import Wire

/// The version of a model that is approved now, which a new one is compared with.
package enum ApprovedVersion: Sendable, Equatable {
  /// Nobody here can tell, so nothing that depends on it is satisfied.
  case unknown
  case absent
  /// - Parameters:
  ///   - name: what messages call it: the id of its approval.
  ///   - metrics: of its verified training output.
  case present(name: String, metrics: JSONObject)
}

/// Rules about the numbers of an output. A metric that is missing satisfies no bound.
enum MetricRules {
  static func below(_ name: String, _ bound: Double, _ metrics: JSONObject) -> String? {
    guard let value = value(name, metrics) else { return missing(name) }
    return value >= bound ? nil : "\(name.clipped(64)) is \(value), below \(bound)"
  }

  static func above(_ name: String, _ bound: Double, _ metrics: JSONObject) -> String? {
    guard let value = value(name, metrics) else { return missing(name) }
    return value <= bound ? nil : "\(name.clipped(64)) is \(value), above \(bound)"
  }

  static func regression(
    _ directions: [IntegrityRule.MetricDirection], _ metrics: JSONObject, _ approved: ApprovedVersion
  ) -> Finding {
    switch approved {
    case .unknown: return .failed("the metrics of the version approved now are not known here, so nothing is compared")
    case .absent: return .passed("no version of this model is approved now, so none can be better")
    case .present(let name, let earlier):
      let problems = directions.compactMap { worse($0, metrics, than: earlier, of: name.clipped(128)) }
      return problems.isEmpty ? .passed("no worse than \(name)") : .failed(problems.joined(separator: ", "))
    }
  }

  /// A metric that the approved version does not have was never reached, and cannot be lost.
  private static func worse(
    _ direction: IntegrityRule.MetricDirection, _ metrics: JSONObject, than earlier: JSONObject, of name: String
  ) -> String? {
    guard let given = earlier[direction.name] else { return nil }
    let metric = direction.name.clipped(64)
    guard let before = finite(given) else { return "\(metric) of \(name) is no finite number" }
    guard let now = value(direction.name, metrics) else { return "\(missing(metric)), which \(name) has" }
    let holds = direction.better == .higher ? now >= before : now <= before
    return holds ? nil : "\(metric) is \(now), worse than the \(before) of \(name)"
  }

  private static func value(_ name: String, _ metrics: JSONObject) -> Double? { metrics[name].flatMap(finite) }

  private static func finite(_ value: JSONValue) -> Double? { value.double.flatMap { $0.isFinite ? $0 : nil } }

  private static func missing(_ name: String) -> String { "the output has no metric \(name.clipped(64))" }
}
