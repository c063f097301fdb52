/// Upstream's bands of severity.
package enum DriftSeverity: String, Sendable, CaseIterable, Comparable {
  case low, medium, high, critical

  package init(_ severity: Double) {
    switch severity {
    case 0.8...: self = .critical
    case 0.6...: self = .high
    case 0.3...: self = .medium
    default: self = .low
    }
  }

  package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  static func word(_ severity: Double) -> String {
    switch DriftSeverity(severity) {
    case .low: "Minor"
    case .medium: "Moderate"
    case .high: "Significant"
    case .critical: "Severe"
    }
  }

  static func action(_ severity: Double) -> String {
    switch DriftSeverity(severity) {
    case .low: "monitor"
    case .medium, .high: "investigate"
    case .critical: "consider_revoke"
    }
  }
}
