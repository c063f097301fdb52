import Wire

/// What the rules of a profile said of one training result, in the shape of upstream's report.
package struct IntegrityReport: Sendable, Equatable {
  package struct Result: Sendable, Equatable {
    /// The rule as the profile names it.
    package let policyName: String
    package let passed: Bool
    package let message: String

    package var json: JSONValue {
      ["policy_name": .string(policyName), "passed": .bool(passed), "message": .string(message)]
    }
  }

  /// The model whose provenance was judged.
  package let provenanceID: String
  /// One a rule, in the profile's order.
  package let results: [Result]

  package var failures: [Result] { results.filter { !$0.passed } }
  package var passed: Bool { failures.isEmpty }

  package var fields: JSONObject {
    [
      "provenance_id": .string(provenanceID), "passed": .bool(passed), "results": .array(results.map(\.json)),
      "failures": .array(failures.map(\.json)),
    ]
  }
}
