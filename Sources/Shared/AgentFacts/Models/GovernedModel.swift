import Attestations
import Signing
import Wire

/// A model as the planes govern it: its approval, and what the serving plane has decided by it.
package struct GovernedModel: Sendable {
  package let approved: ApprovedModel
  /// One a place where the model was asked about, in the order of the approval's environments.
  package let decisions: [VerifiedDecision]
  /// Nil where the log could not be asked.
  package let evidence: ApprovalEvidence?

  /// - Throws: `FieldError` for a decision about another model, other weights or another approval.
  package init(
    _ approved: ApprovedModel, decisions: [VerifiedDecision], evidence: ApprovalEvidence?
  ) throws(FieldError) {
    let predicate = approved.held.predicate
    for decision in decisions {
      guard decision.modelID == predicate.modelID else {
        throw FieldError("decision", "is about \(decision.modelID), not \(predicate.modelID)")
      }
      guard decision.approvalDigest ?? approved.held.digest == approved.held.digest,
        decision.weightsHash ?? predicate.weightsHash == predicate.weightsHash
      else { throw FieldError("decision", "is by another approval or about other weights of \(decision.modelID)") }
    }
    let places = predicate.environments
    self.approved = approved
    self.evidence = evidence
    self.decisions = decisions.sorted { left, right in
      let place = { (decision: VerifiedDecision) in
        decision.environment.flatMap { places.firstIndex(of: $0) } ?? places.count
      }
      return place(left) < place(right)
    }
  }

  package var modelID: ModelID { approved.modelID }
  var approval: ModelApproval { approved.held.predicate }
  package var key: AgentKey { AgentKey(modelID) }
}

/// Whether a model may run, as far as its registry knows at a moment.
package enum Standing: Sendable, Equatable {
  /// The serving plane says so, and may be taken at its word until then.
  case mayRun(until: Timestamp)
  /// The serving plane says no.
  case mayNotRun(reason: String)
  /// It was asked, and what it said is over since then.
  case unknown(since: Timestamp)
  case neverAsked

  package var mayRun: Bool { if case .mayRun = self { true } else { false } }
}

extension GovernedModel {
  /// What the serving plane's decisions come to.
  ///
  /// - Parameter environment: where; nil for anywhere.
  package func standing(at now: Timestamp, in environment: EnvironmentName? = nil) -> Standing {
    let asked = decisions(in: environment)
    let (passed, denied) = (asked.filter(\.passed), asked.filter { !$0.passed })
    if let until = passed.filter({ $0.holds(at: now) }).map(\.validUntil).min() { return .mayRun(until: until) }
    if let end = passed.map(\.validUntil).max() { return .unknown(since: end) }
    if let reason = denied.first(where: { $0.holds(at: now) }) { return .mayNotRun(reason: reason.gates.failures) }
    return denied.map(\.validUntil).max().map(Standing.unknown) ?? .neverAsked
  }

  /// - Parameter environment: nil for all.
  func decisions(in environment: EnvironmentName?) -> [VerifiedDecision] {
    decisions.filter { environment == nil || $0.environment == environment }
  }

  /// The decision that a proof names: the first that bears the standing out.
  func deciding(at now: Timestamp, in environment: EnvironmentName? = nil) -> VerifiedDecision? {
    let asked = decisions(in: environment)
    return asked.first { $0.passed && $0.holds(at: now) } ?? asked.first { $0.holds(at: now) }
  }
}
