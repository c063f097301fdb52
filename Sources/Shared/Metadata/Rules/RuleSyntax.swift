import Signing
import Wire

/// Why an entry of a profile is no rule.
package struct RuleSyntaxError: Error, Equatable, CustomStringConvertible {
  package let description: String
  init(_ description: String) { self.description = description }
}

/// `NAME` or `NAME:PARAMETER`, as docs/decisions/0019 fixes it.
extension IntegrityRule {
  static let maximumListCount = 64

  package init(_ text: String) throws(RuleSyntaxError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let name = parts.first, let kind = RuleName(rawValue: name) else {
      let known = RuleName.allCases.map(\.rawValue).joined(separator: ", ")
      throw RuleSyntaxError("no rule is called \((parts.first ?? "").clipped(64)); this version knows \(known)")
    }
    self = try RuleParameter(name: kind, text: parts.count == 2 ? parts[1] : nil).rule()
  }
}

/// The rules by the names that policies use.
enum RuleName: String, CaseIterable {
  case requireWeightsHash = "require_weights_hash"
  case requireGovernanceTier = "require_governance_tier"
  case requireRiskLevel = "require_risk_level"
  case requireAttestation = "require_attestation"
  case maxRiskLevel = "max_risk_level"
  case requireBaseModel = "require_base_model"
  case knownValues = "known_values"
  case hashIsDigest = "hash_is_digest"
  case consistentPapers = "consistent_papers"
  case validCard = "valid_card"
  case validLineage = "valid_lineage"
  case verifiedAttestation = "verified_attestation"
  case metricAtLeast = "metric_at_least"
  case metricAtMost = "metric_at_most"
  case noRegression = "no_regression"
  case allowedOwners = "allowed_owners"
  case allowedBaseModels = "allowed_base_models"
}

/// What stands behind the colon; nil when there is none.
private struct RuleParameter {
  let name: RuleName
  let text: String?

  func rule() throws(RuleSyntaxError) -> IntegrityRule {
    switch name {
    case .requireWeightsHash: try bare(.requireWeightsHash)
    case .requireGovernanceTier: try bare(.requireGovernanceTier)
    case .requireRiskLevel: try bare(.requireRiskLevel)
    case .requireAttestation: try bare(.requireAttestation)
    case .maxRiskLevel: .maxRiskLevel(try optional(.medium, level))
    case .requireBaseModel: try bare(.requireBaseModel)
    case .knownValues: try bare(.knownValues)
    case .hashIsDigest: try bare(.hashIsDigest)
    case .consistentPapers: try bare(.consistentPapers)
    case .validCard: try bare(.validCard)
    case .validLineage: try bare(.validLineage)
    case .verifiedAttestation: .verifiedAttestation(try optional([], keys))
    case .metricAtLeast: try bound { .metricAtLeast(name: $0, bound: $1) }
    case .metricAtMost: try bound { .metricAtMost(name: $0, bound: $1) }
    case .noRegression: .noRegression(try optional(IntegrityRule.usualMetrics, directions))
    case .allowedOwners: .allowedOwners(try names())
    case .allowedBaseModels: .allowedBaseModels(try names())
    }
  }

  private func bare(_ rule: IntegrityRule) throws(RuleSyntaxError) -> IntegrityRule {
    guard text == nil else { throw failure("takes no parameter") }
    return rule
  }

  private func optional<Value>(
    _ usual: Value, _ read: () throws(RuleSyntaxError) -> Value
  ) throws(RuleSyntaxError) -> Value {
    text == nil ? usual : try read()
  }

  private func level() throws(RuleSyntaxError) -> IntegrityRule.RiskLevel {
    guard let level = IntegrityRule.RiskLevel(rawValue: text ?? "") else {
      throw failure("expects one of \(IntegrityRule.RiskLevel.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return level
  }

  private func bound(_ make: (String, Double) -> IntegrityRule) throws(RuleSyntaxError) -> IntegrityRule {
    let (name, number) = try assignment(text ?? "")
    // The grammar of JSON's numbers: no infinity, no NaN, no hexadecimal.
    guard !number.contains(where: \.isWhitespace), let bound = (try? StrictJSON.parse(Array(number.utf8)))?.double
    else {
      throw failure("expects METRIC=NUMBER, like accuracy=0.9")
    }
    return make(name, bound)
  }

  private func directions() throws(RuleSyntaxError) -> [IntegrityRule.MetricDirection] {
    var directions: [IntegrityRule.MetricDirection] = []
    for item in try names() {
      let (name, word) = try assignment(item)
      guard let better = IntegrityRule.MetricDirection.Better(rawValue: word) else {
        throw failure("expects METRIC=higher or METRIC=lower, whichever is better")
      }
      directions.append(.init(name: name, better: better))
    }
    return directions
  }

  private func keys() throws(RuleSyntaxError) -> [PublicKey] {
    var keys: [PublicKey] = []
    for item in try names() {
      guard let key = PublicKey(hex: item) else { throw failure("expects public keys of 64 lowercase hex digits") }
      keys.append(key)
    }
    return keys
  }

  /// The last `=` divides, since a metric may be called anything.
  private func assignment(_ item: String) throws(RuleSyntaxError) -> (name: String, value: String) {
    guard let divider = item.lastIndex(of: "="), divider > item.startIndex else {
      throw failure("expects METRIC=VALUE")
    }
    return (String(item[..<divider]), String(item[item.index(after: divider)...]))
  }

  /// Names between commas, each as it stands: a space beside a comma is more likely a slip than part of a name.
  private func names() throws(RuleSyntaxError) -> [String] {
    let names = (text ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard names.count <= IntegrityRule.maximumListCount else {
      throw failure("names more than \(IntegrityRule.maximumListCount) things")
    }
    for name in names where name.isEmpty || name.utf8.first == 0x20 || name.utf8.last == 0x20 {
      throw failure("expects names with a comma and no space between them")
    }
    return names
  }

  private func failure(_ problem: String) -> RuleSyntaxError { RuleSyntaxError("\(name.rawValue) \(problem)") }
}
