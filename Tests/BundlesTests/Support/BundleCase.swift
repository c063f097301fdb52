import Attestations
import Bundles
import Signing
import Wire

/// One bundle, what is asked of it, and which checks must fail.
struct BundleCase {
  let name: String
  /// Cases that ask about the same bytes share a file.
  let file: String
  let bytes: [UInt8]
  let question: BundleQuestion
  let outcome: BundleReport.Outcome
  let failed: [BundleCheck]

  /// As `expected.json` has it.
  var json: JSONValue {
    let moment: (String, Timestamp) =
      switch question.moment {
      case .now(let time): ("now", time)
      case .at(let time): ("at", time)
      }
    return [
      "name": .string(name), "file": .string(file), "root_digest": .string(question.rootDigest.description),
      "moment": .string(moment.0), "time": .string(moment.1.attestationText),
      "environment": .init(question.environment?.text), "scope": .init(question.scope?.text),
      "max_age_seconds": question.maximumAge.map { .init($0) } ?? .null,
      "weights_hash": .init(question.weights?.digest.description),
      "weights_kind": .init(question.weights?.kind.rawValue), "outcome": .string(outcome.word),
      "exit": .init(outcome.exitStatus), "failed": .init(failed.map(\.rawValue)),
    ]
  }
}

extension BundleReport.Outcome {
  var word: String {
    switch self {
    case .allowed: "allowed"
    case .denied: "denied"
    case .papersFailed: "papers_failed"
    case .notBundle: "not_a_bundle"
    }
  }

  var exitStatus: Int {
    switch self {
    case .allowed: 0
    case .denied: 1
    case .notBundle: 4
    case .papersFailed: 5
    }
  }
}

/// The cases of the corpus as they are written down: first a bundle, then what is asked.
struct CaseBook {
  private(set) var cases: [BundleCase] = []
  let rootDigest: Digest

  init(rootDigest: Digest) { self.rootDigest = rootDigest }

  /// - Parameters:
  ///   - file: where the bytes are those of another case.
  ///   - seconds: of the question, after the time of the house.
  ///   - isNow: whether the time is the asker's clock.
  ///   - failed: none: allowed.
  mutating func add(
    _ name: String, _ bytes: [UInt8], file: String? = nil, after seconds: Int = 200, isNow: Bool = false,
    environment: String? = "production", scope: String? = nil, maximumAge: Int? = nil,
    weights: (digest: Digest, kind: WeightsKind)? = nil, pinned: Digest? = nil, failed: [BundleCheck] = []
  ) {
    let time = PaperHouse.time.adding(seconds: seconds)
    let question = BundleQuestion(
      rootDigest: pinned ?? rootDigest, moment: isNow ? .now(time) : .at(time),
      environment: environment.map(EnvironmentName.init(checked:)), scope: scope.map(ScopeName.init(checked:)),
      maximumAge: maximumAge, weights: weights)
    let outcome: BundleReport.Outcome =
      failed.isEmpty
      ? .allowed : failed == [.format] ? .notBundle : failed.allSatisfy(\.isGate) ? .denied : .papersFailed
    cases.append(
      BundleCase(
        name: name, file: "\(file ?? name).json", bytes: bytes, question: question, outcome: outcome, failed: failed))
  }

  /// A bundle that differs from the good one in its plan, or in its papers after they were made.
  mutating func add(
    _ name: String, plan changePlan: (inout PaperPlan) throws -> Void = { _ in },
    papers change: (inout Papers) throws -> Void = { _ in }, after seconds: Int = 200, isNow: Bool = false,
    environment: String? = "production", scope: String? = nil, maximumAge: Int? = nil, failed: [BundleCheck] = []
  ) throws {
    var plan = try PaperPlan()
    try changePlan(&plan)
    var papers = try Papers(plan)
    try change(&papers)
    add(
      name, papers.bytes, after: seconds, isNow: isNow, environment: environment, scope: scope, maximumAge: maximumAge,
      failed: failed)
  }
}
