import Signing
import Wire

/// Which of several approvals answers a question (DESIGN section 5).
package enum Selection {
  /// A given id or weights digest filters; then, where `deployed` is given and among them, that one; then the newest that passes
  /// every gate (tie: the greater digest); else the newest, whose verdict explains the refusal.
  package static func choose(
    from candidates: [ApprovalCandidate], gates: Gates, deployed: Digest?
  ) -> (candidate: ApprovalCandidate?, results: [GateResult]) {
    let named = candidates.filter { isNamed($0, gates.question.approvalID) }.sorted(by: isNewer)
    let matching = named.filter { holds($0, gates.question.weightsHash) }
    let judged = { (candidate: ApprovalCandidate?) in (candidate, gates.evaluate(candidate)) }
    if let deployed, let running = matching.first(where: { $0.digest == deployed }) { return judged(running) }
    for candidate in matching {
      let verdict = judged(candidate)
      if verdict.1.allPassed { return verdict }
    }
    // Nothing passes: the newest explains why, be it that its weights are others than those asked about.
    return judged(matching.first ?? named.first)
  }

  private static func isNamed(_ candidate: ApprovalCandidate, _ id: ApprovalID?) -> Bool {
    id == nil || candidate.approvalID == id
  }

  /// A broken candidate is kept: that it is broken is the answer.
  private static func holds(_ candidate: ApprovalCandidate, _ hash: Digest?) -> Bool {
    guard let hash, let held = candidate.verified else { return true }
    return held.predicate.weightsHash == hash
  }

  private static func isNewer(_ left: ApprovalCandidate, _ right: ApprovalCandidate) -> Bool {
    left.approvedAt == right.approvedAt ? left.digest > right.digest : left.approvedAt > right.approvedAt
  }
}
