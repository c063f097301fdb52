/// The serving plane's gates (DESIGN section 5). Every one is evaluated and named in every decision, in this order.
package enum Gate: String, Sendable, CaseIterable {
  case trust, approval, training, quorum, validity, environment, scope, revocation, lease, clock, weights
}

/// What one gate said.
package struct GateResult: Sendable, Equatable {
  package let gate: Gate
  package let passed: Bool
  package let reason: String

  package static func pass(_ gate: Gate, _ reason: String) -> GateResult {
    .init(gate: gate, passed: true, reason: reason)
  }
  package static func fail(_ gate: Gate, _ reason: String) -> GateResult {
    .init(gate: gate, passed: false, reason: reason)
  }
}

extension [GateResult] {
  package var allPassed: Bool { allSatisfy(\.passed) }

  /// The failed gates with their reasons, for a sentence.
  package var failures: String {
    filter { !$0.passed }.map { "\($0.gate.rawValue): \($0.reason)" }.joined(separator: "; ")
  }
}
