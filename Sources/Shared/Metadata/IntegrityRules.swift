import Attestations

/// Evaluates the rules that a profile names. Pure.
package enum IntegrityRules {
  /// Every rule is evaluated, also after one has failed; no rules pass vacuously, as upstream has it. A name that this version
  /// does not know fails: a rule that nobody can evaluate is not a rule that is satisfied.
  package static func evaluate(names: [String], result: TrainingResult) -> IntegrityReport {
    let provenance = ModelProvenance(result)
    return IntegrityReport(provenanceID: provenance.modelID, results: names.map { judge($0, provenance) })
  }

  private static func judge(_ name: String, _ provenance: ModelProvenance) -> IntegrityReport.Result {
    guard let rule = IntegrityRule(rawValue: name) else {
      let known = IntegrityRule.allCases.map(\.rawValue).joined(separator: ", ")
      let problem = "no rule is called \(name.prefix(64)); this version knows \(known)"
      return .init(policyName: name, passed: false, message: problem)
    }
    let problem = rule.problem(provenance)
    return .init(policyName: name, passed: problem == nil, message: problem ?? "satisfied")
  }
}
