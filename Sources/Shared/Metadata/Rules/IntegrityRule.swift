import Signing

/// The rules that a profile of the policy may name, with their parameters. The first six are those of the public `sm_integrity`
/// 0.2.0 by their names there (UPSTREAM.md section 4), which ask whether something is said; the others ask whether it is so.
package enum IntegrityRule: Sendable, Equatable {
  case requireWeightsHash
  case requireGovernanceTier
  case requireRiskLevel
  case requireAttestation
  case maxRiskLevel(RiskLevel)
  case requireBaseModel
  /// Every value of an enumeration is in it.
  case knownValues
  /// Every hash in the papers is a digest: lowercase hex of the right length.
  case hashIsDigest
  /// The papers do not contradict each other.
  case consistentPapers
  /// The card is one that upstream's constructor takes.
  case validCard
  /// The lineage is a graph, and leads to this model.
  case validLineage
  /// The provenance names this model and these weights, and carries an Ed25519 attestation by one of these keys; with none, by a
  /// submitter's or an approver's of the trust root.
  case verifiedAttestation([PublicKey])
  case metricAtLeast(name: String, bound: Double)
  case metricAtMost(name: String, bound: Double)
  /// No metric is worse than that of the version now approved.
  case noRegression([MetricDirection])
  case allowedOwners([String])
  case allowedBaseModels([String])

  package enum RiskLevel: String, CaseIterable, Sendable {
    case low, medium, high, critical
  }

  package struct MetricDirection: Sendable, Equatable {
    package enum Better: String, CaseIterable, Sendable {
      case higher, lower
    }

    package let name: String
    package let better: Better
  }

  /// What is compared where the policy names no metric: the two that upstream knows.
  static let usualMetrics = [
    MetricDirection(name: "accuracy", better: .higher), MetricDirection(name: "loss", better: .lower),
  ]

  /// Whether the metrics of the version now approved have a say.
  var comparesVersions: Bool { if case .noRegression = self { true } else { false } }
}

/// What a rule knows besides the papers.
package struct JudgingContext: Sendable {
  package let approved: ApprovedVersion
  /// Whose attestations count where a rule names no keys.
  package let attesters: [PublicKey]

  package init(approved: ApprovedVersion = .unknown, attesters: [PublicKey] = []) {
    self.approved = approved
    self.attesters = attesters
  }
}

/// What a rule found.
struct Finding: Sendable {
  let passed: Bool
  let message: String

  static func passed(_ message: String = "satisfied") -> Finding { Finding(passed: true, message: message) }
  static func failed(_ message: String) -> Finding { Finding(passed: false, message: message) }
  /// Passed unless there is a problem.
  init(problem: String?) { self.init(passed: problem == nil, message: problem ?? "satisfied") }

  private init(passed: Bool, message: String) {
    self.passed = passed
    self.message = message
  }
}

extension IntegrityRule {
  func judge(_ papers: ModelPapers, _ context: JudgingContext) -> Finding {
    switch self {
    case .requireWeightsHash, .requireGovernanceTier, .requireRiskLevel, .requireAttestation, .maxRiskLevel,
      .requireBaseModel:
      Finding(problem: problem(papers.provenance))
    case .knownValues: Finding(problem: KnownValues.problem(papers))
    case .hashIsDigest: Finding(problem: PaperHashes.problem(papers))
    case .consistentPapers: Finding(problem: PaperAgreement.problem(papers))
    case .validCard: PaperChecks.card(papers.card)
    case .validLineage: PaperChecks.lineage(papers)
    case .verifiedAttestation(let keys):
      PaperChecks.attestation(papers, by: AttestationVerifiers(keys: keys.isEmpty ? context.attesters : keys))
    case .metricAtLeast(let name, let bound): Finding(problem: MetricRules.below(name, bound, papers.metrics))
    case .metricAtMost(let name, let bound): Finding(problem: MetricRules.above(name, bound, papers.metrics))
    case .noRegression(let directions): MetricRules.regression(directions, papers.metrics, context.approved)
    case .allowedOwners(let owners): Finding(problem: AllowedNames.owner(papers, owners))
    case .allowedBaseModels(let models): Finding(problem: AllowedNames.baseModel(papers, models))
    }
  }
}
