import Signing
import Wire

/// Which of several approvals answers a question (DESIGN section 5).
package enum Selection {
  /// A given id or weights digest filters; then, where `deployed` is given and among them, that one; then the newest that passes
  /// every gate (tie: the greater digest); else the newest, whose verdict explains the refusal.
  package static func choose(
    from candidates: ApprovalCandidates, gates: Gates, deployed: Digest?
  ) -> (candidate: ApprovalCandidate?, results: [GateResult]) {
    let judged = { (candidate: ApprovalCandidate?) in (candidate, gates.evaluate(candidate)) }
    if let deployed, let running = candidates[deployed], matches(running, gates.question) { return judged(running) }
    for candidate in candidates.newestFirst where matches(candidate, gates.question) {
      let verdict = judged(candidate)
      if verdict.1.allPassed { return verdict }
    }
    // Nothing passes: the newest explains why, be it that its weights are others than those asked about.
    let named = candidates.newestFirst.filter { isNamed($0, gates.question.approvalID) }
    return judged(named.first { holds($0, gates.question.weightsHash) } ?? named.first)
  }

  private static func matches(_ candidate: ApprovalCandidate, _ question: GateQuestion) -> Bool {
    isNamed(candidate, question.approvalID) && holds(candidate, question.weightsHash)
  }

  private static func isNamed(_ candidate: ApprovalCandidate, _ id: ApprovalID?) -> Bool {
    id == nil || candidate.approvalID == id
  }

  /// A broken candidate is kept: that it is broken is the answer.
  private static func holds(_ candidate: ApprovalCandidate, _ hash: Digest?) -> Bool {
    guard let hash, let held = candidate.verified else { return true }
    return held.predicate.weightsHash == hash
  }
}
