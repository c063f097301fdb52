/// What is checked of a bundle, in this order. The names are a contract: other verifiers, written from docs/formats.md, say the same.
///
/// First come the papers, whether they are genuine and belong together; then the gates, whether they allow it.
package enum BundleCheck: String, Sendable, CaseIterable {
  case format
  case trustRoots = "trust_roots"
  case trainingOutput = "training_output"
  case submission
  case approval
  case agreement
  case evidenceEntries = "evidence_entries"
  case evidenceCheckpoints = "evidence_checkpoints"
  case evidenceInclusion = "evidence_inclusion"
  case evidenceWitnesses = "evidence_witnesses"
  case lease
  case revocations
  case promotion

  case gateTrust = "gate_trust"
  case gateApproval = "gate_approval"
  case gateTraining = "gate_training"
  case gateQuorum = "gate_quorum"
  case gateValidity = "gate_validity"
  case gateEnvironment = "gate_environment"
  case gateScope = "gate_scope"
  case gateRevocation = "gate_revocation"
  case gateLease = "gate_lease"
  case gateWeights = "gate_weights"

  /// Whether it says if the papers allow it, rather than if they are genuine.
  package var isGate: Bool { rawValue.hasPrefix("gate_") }
}

/// What one check said.
package struct BundleCheckResult: Sendable, Equatable {
  package let check: BundleCheck
  /// Nil where nothing was checked: it rests on what failed, or there is nothing to check.
  package let passed: Bool?
  package let reason: String

  package init(_ check: BundleCheck, passed: Bool?, reason: String) {
    self.check = check
    self.passed = passed
    self.reason = reason
  }
}

/// What a check gives when it passes: a value for those that rest on it, and its words.
struct Passed<Value> {
  let value: Value
  let reason: String

  init(_ value: Value, _ reason: String) {
    self.value = value
    self.reason = reason
  }
}

/// Runs checks one after the other, and writes down each.
struct BundleCheckList {
  private(set) var results: [BundleCheckResult] = []

  /// Runs a check of what earlier ones gave. Nil where one of those failed, which is then written down, or this one does.
  mutating func run<Input, Value>(
    _ check: BundleCheck, _ input: Input?, _ body: (Input) throws -> Passed<Value>
  ) -> Value? {
    guard let input else {
      skip(check, "an earlier check failed")
      return nil
    }
    do {
      let passed = try body(input)
      results.append(BundleCheckResult(check, passed: true, reason: passed.reason))
      return passed.value
    } catch {
      results.append(BundleCheckResult(check, passed: false, reason: "\(error)"))
      return nil
    }
  }

  mutating func skip(_ check: BundleCheck, _ reason: String) {
    results.append(BundleCheckResult(check, passed: nil, reason: "not checked: \(reason)"))
  }

  mutating func note(_ result: BundleCheckResult) { results.append(result) }
}

/// Both, or nil where one is missing.
func both<First, Second>(_ first: First?, _ second: Second?) -> (First, Second)? {
  first.flatMap { first in second.map { (first, $0) } }
}
