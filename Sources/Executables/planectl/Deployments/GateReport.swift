import Wire

/// The gates of a decision, as the serving plane's signed reply gives them.
struct GateReport {
  struct Line {
    let gate: String
    let passed: Bool
    let reason: String
  }

  let lines: [Line]
  /// Only what says so in full is a pass: the verdict, and every one of its gates.
  let passed: Bool

  init(_ decision: JSONObject) {
    let gates = decision["gates"]?.array ?? []
    lines = gates.map { gate in
      Line(
        gate: gate.object?["gate"]?.string ?? "unnamed", passed: gate.object?["passed"]?.bool ?? false,
        reason: gate.object?["reason"]?.string ?? "no reason was given")
    }
    passed = decision["verificationResult"]?.string == "PASSED" && !lines.isEmpty && lines.allSatisfy(\.passed)
  }

  /// `quorum: 1 of 2 approvers have signed`.
  var failures: [String] { lines.filter { !$0.passed }.map { "\($0.gate): \($0.reason)" } }
}
