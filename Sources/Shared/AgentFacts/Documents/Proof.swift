import Wire

/// `ProofResult` of `sm-bridge` 0.8.0: what somebody who checked says came out. A registry's word; a client that wants to know checks
/// the evidence itself. The three states are the only ones that can be made: nothing is verified without naming its evidence, and
/// nothing else goes without a reason.
package struct Proof: Sendable, Equatable {
  package enum Outcome: Sendable, Equatable {
    /// A check ran and passed, over the evidence named here.
    case verified(evidence: String)
    /// A check ran, and what it is about does not pass.
    case failed(reason: String, evidence: String?)
    /// No check could run.
    case notVerified(reason: String)
  }

  package let profile: String
  package let method: String
  package let outcome: Outcome
  package let at: Timestamp

  package init(profile: String, method: String, outcome: Outcome, at: Timestamp) {
    self.profile = profile
    self.method = method
    self.outcome = outcome
    self.at = at
  }

  var fields: JSONObject {
    let (status, evidence, reason): (String, String?, String?) =
      switch outcome {
      case .verified(let evidence): ("VERIFIED", evidence, nil)
      case .failed(let reason, let evidence): ("FAILED", evidence, reason)
      case .notVerified(let reason): ("NOT_VERIFIED", nil, reason)
      }
    return [
      "profile": .string(profile), "method": .string(method), "status": .string(status),
      "verified_at": .string(at.agentFactsText), "evidence_ref": .init(evidence), "failure_reason": .init(reason),
    ]
  }
}
