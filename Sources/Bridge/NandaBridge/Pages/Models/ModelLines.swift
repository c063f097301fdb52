import Drift
import Attestations
import HTML
import PlaneContract
import Wire

/// The lines in which a model's standing is told, wherever it is told.
enum ModelLines {
  /// From when on it is said of what time a drift check is known.
  private static let oldAge = Duration.seconds(120)
  /// Days before the end of an approval from which it is pointed out.
  static let soonDays = 7

  static func place(_ environment: EnvironmentName, _ standing: PlaceStanding) -> HTMLNode {
    let line: [HTMLNode] = [.text("\(environment): "), standing.mark.node]
    return .tag("span", [("class", "place")], all: line + (last(standing).map { [$0] } ?? []))
  }

  /// What was known last, with its time, where nothing is known now.
  private static func last(_ standing: PlaceStanding) -> HTMLNode? {
    guard case .unknown(let decision) = standing else { return nil }
    return .sub(
      .text("last known, \(decision.passed ? "allowed" : "denied"): "), .minute(decision.timeVerified))
  }

  static func end(of approval: ListedApproval, at now: Timestamp) -> [HTMLNode] {
    let words = Words.remaining(until: approval.expiresAt, from: now)
    let isSoon = approval.expiresAt <= now.adding(days: soonDays)
    let mark: HTMLNode =
      approval.expiresAt <= now ? Mark.no("expired").node : isSoon ? Mark.care(words).node : .text(words)
    return [mark, .sub(.minute(approval.expiresAt))]
  }

  static func deployments(_ view: ModelView, _ serving: PlaneWatch) -> [HTMLNode] {
    let known = serving.isAnswering ? "" : " when last known"
    guard !view.deployments.isEmpty else { return [.text("nowhere\(known)")] }
    return view.deployments.map { deployment in
      let since = deployment.deployedAt.map { [HTMLNode.sub("since ", .minute($0))] } ?? []
      return .tag("span", [("class", "place")], all: [.text("\(deployment.environment)\(known)")] + since)
    }
  }

  /// - Parameter word: nil where governance could not be asked.
  static func drift(_ word: DriftWord?, of view: ModelView, at now: Moment) -> [HTMLNode] {
    guard let word else { return [view.deployments.isEmpty ? "not observed" : Mark.open("not known now").node] }
    guard !word.findings.isEmpty else { return ["no window judged yet"] }
    let isOld = now.instant - word.asked.instant > oldAge
    return word.findings.map { finding in
      let line: [HTMLNode] = [
        .text("\(finding.environment): "), mark(finding).node, .sub("window until ", .minute(finding.windowEnd)),
      ]
      let stale: [HTMLNode] = isOld ? [.sub("as known at ", .moment(word.asked.time))] : []
      return .tag("span", [("class", "place")], all: line + stale)
    }
  }

  static func mark(_ finding: DriftWord.Finding) -> Mark {
    switch finding.outcome {
    case .drifted: finding.isAlarm ? .no("drift alarm") : .care("drifted")
    case .healthy: .yes("no drift")
    case .insufficientData: .open("too little data")
    case .invalid: .open("cannot be compared")
    }
  }
}

extension PlaneWatch {
  /// How a plane is, for a person: whether it answers, and else since when it does not.
  var words: [HTMLNode] {
    guard !isAnswering else { return [Mark.yes("answers").node] }
    guard let answeredAt else { return [Mark.open("has not answered since this server was started").node] }
    return [Mark.no("does not answer").node, .sub("last answer: ", .moment(answeredAt))]
  }
}
