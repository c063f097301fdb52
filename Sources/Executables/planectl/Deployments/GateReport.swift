import Attestations
import Wire

/// The gates of a decision, as the serving plane's signed reply gives them: those that were evaluated first.
struct GateReport {
  struct Line {
    let gate: String
    let passed: Bool
    let reason: String

    /// A gate that had nothing to judge fails, and says so in these words; `weights` in its own.
    var isEvaluated: Bool { ![GateReport.notEvaluated, "not read"].contains { reason.hasPrefix("\($0):") } }
  }

  private static let notEvaluated = "not evaluated"

  let lines: [Line]
  /// Only what says so in full is a pass: the verdict, and every one of its gates.
  let passed: Bool

  init(_ decision: JSONObject) {
    let gates = decision["gates"]?.array ?? []
    let lines = gates.map { gate in
      Line(
        gate: gate.object?["gate"]?.string ?? "unnamed", passed: gate.object?["passed"]?.bool ?? false,
        reason: gate.object?["reason"]?.string ?? "no reason was given")
    }
    self.lines = lines.filter(\.isEvaluated) + lines.filter { !$0.isEvaluated }
    passed = decision["verificationResult"]?.string == "PASSED" && !lines.isEmpty && lines.allSatisfy(\.passed)
  }

  /// `quorum: 1 of 2 approvers have signed`, and in one last line the gates that had nothing to judge.
  var failures: [String] {
    let failed = lines.filter { !$0.passed }
    let silent = failed.filter { !$0.isEvaluated }.map(\.gate)
    return failed.filter(\.isEvaluated).map { "\($0.gate): \($0.reason)" }
      + (silent.isEmpty ? [] : ["\(Self.notEvaluated): \(silent.joined(separator: ", "))"])
  }

  /// Every gate, a row each.
  var table: Table {
    var table = Table("GATE", "RESULT", "REASON")
    for line in lines { table.add(line.gate, line.passed ? "ok" : "FAILED", line.reason) }
    return table
  }

  /// Why `gate` failed, when it was evaluated.
  func failure(of gate: Gate) -> String? {
    lines.first { $0.gate == gate.rawValue && !$0.passed && $0.isEvaluated }?.reason
  }
}
