import Attestations
import PlaneContract
import Wire

/// A decision of the serving plane as pages know it: with the trust root that it was verified by, and its end by both clocks.
struct KnownDecision: Sendable {
  let decision: VerifiedDecision
  /// Version of the trust root.
  let rootVersion: Int
  private let freshness: Freshness

  /// - Parameter asked: when the serving plane was asked for it.
  init(_ decision: VerifiedDecision, rootVersion: Int, asked: Moment) {
    (self.decision, self.rootVersion) = (decision, rootVersion)
    freshness = Freshness(until: decision.validUntil, from: asked)
  }

  /// Whether it may still be taken to be so. A clock that is set back makes it hold no longer.
  func holds(at moment: Moment) -> Bool { freshness.holds(at: moment) && decision.holds(at: moment.time) }

  /// Whether another one is to be asked for: it is over, or will be within so many seconds.
  func isDue(at moment: Moment, margin: Int) -> Bool {
    !holds(at: moment) || freshness.seconds(from: moment) < margin
  }
}

/// Who decides what may run.
protocol DecisionSource: Sendable {
  /// Version of the trust root by which decisions are verified now.
  var rootVersion: Int { get }

  /// The signed answer to exactly this question, verified.
  func decision(on question: GateQuestion) async throws -> VerifiedDecision
}

extension ServingReading: DecisionSource {
  var rootVersion: Int { reader.trust.root.version }
}
