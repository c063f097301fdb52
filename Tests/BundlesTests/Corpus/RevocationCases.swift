import Attestations
import Bundles
import Signing
import Wire

// Leases, what they count, and promotions.
extension BundleCorpus {
  static func addLeases(_ book: inout CaseBook) throws {
    try book.add("lease-by-training", plan: { $0.leaseKeys = ["training-plane"] }, failed: [.lease])
    try book.add(
      "lease-strange-signature", plan: { $0.leaseKeys = ["governance-plane", "training-plane"] }, failed: [.lease])
    try book.add(
      "lease-of-another-root",
      plan: { plan in
        plan.leaseRoot = try PaperPlan.verified(
          try PaperHouse.roots(upTo: 2, expiresAt: PaperHouse.time.adding(days: 90)))
      }, failed: [.lease])
    try book.add(
      "lease-of-a-root-not-here", plan: { $0.leaseRoot = try PaperPlan.verified(PaperHouse.roots(upTo: 3)) },
      failed: [.lease])
    try book.add("no-lease", papers: { $0.lease = nil }, failed: [.gateLease])
    try book.add(
      "lease-of-the-root-before", plan: { $0.leaseRoot = try PaperPlan.verified(PaperHouse.roots(upTo: 1)) },
      failed: [.gateLease])
    let valid = try Papers(PaperPlan()).bytes
    book.add("lease-expired", valid, file: "valid", after: 480, failed: [.gateLease])
    book.add("lease-lives-its-last-second", valid, file: "valid", after: 479)
    book.add("lease-too-old", valid, file: "valid", after: 200, maximumAge: 20, failed: [.gateLease])
    var forEver = try PaperPlan()
    forEver.leaseSeconds = 365 * 86_400
    book.add("lease-longer-than-the-policy", try Papers(forEver).bytes, after: 480, failed: [.gateLease])
    book.add("lease-ahead-of-the-clock", valid, file: "valid", after: 149, isNow: true, failed: [.gateLease])
    book.add("lease-within-the-skew", valid, file: "valid", after: 150, isNow: true)
  }

  static func addRevocations(_ book: inout CaseBook) throws {
    try book.add("revoked", plan: { $0.revocations = [PlannedRevocation()] }, failed: [.gateRevocation])
    try book.add(
      "revoked-by-id",
      plan: { plan in
        plan.revocations = [PlannedRevocation(weights: PaperPlan.otherWeights, approvalID: "approval:0123456789abcdef")]
      }, failed: [.gateRevocation])
    try book.add(
      "revoked-ahead-of-the-clock", plan: { $0.revocations = [PlannedRevocation(after: 400)] }, isNow: true,
      failed: [.gateRevocation])
    try book.add(
      "revoked-before-it-was-approved", plan: { $0.revocations = [PlannedRevocation(after: 59)] })
    try book.add(
      "revoked-as-it-was-approved", plan: { $0.revocations = [PlannedRevocation(after: 60)] }, failed: [.gateRevocation]
    )
    let left = PlannedRevocation(weights: PaperPlan.otherWeights)
    try book.add(
      "revocation-left-out", plan: { $0.revocations = [PlannedRevocation(), left] },
      papers: { papers in
        papers.revocations.removeAll { $0.payloadDigest == (try? PlannedRevocation().envelope())?.payloadDigest }
      },
      failed: [.revocations])
    try book.add(
      "all-revocations-left-out", plan: { $0.revocations = [PlannedRevocation()] }, papers: { $0.revocations = [] },
      failed: [.revocations])
    try book.add(
      "revocation-swapped",
      plan: { plan in
        plan.revocations = [left]
        plan.leasedRevocations = [try PlannedRevocation().envelope().payloadDigest]
      }, failed: [.revocations])
    try book.add(
      "revocations-out-of-order", plan: { $0.revocations = [PlannedRevocation(), left] },
      papers: { $0.revocations.reverse() }, failed: [.revocations])
    try book.add(
      "revocation-by-a-deployer",
      plan: { $0.revocations = [PlannedRevocation(revokedBy: "ci", keys: ["ci", "governance-plane"])] },
      failed: [.revocations])
    try book.add(
      "revocation-in-another-name",
      plan: { $0.revocations = [PlannedRevocation(revokedBy: "alice")] }, failed: [.revocations])
    try book.add(
      "revocation-by-one-who-left",
      plan: { plan in
        plan.revocations = [PlannedRevocation(revokedBy: "mallory", keys: ["mallory", "governance-plane"])]
      }, failed: [.gateRevocation])
  }

  static func addPromotions(_ book: inout CaseBook) throws {
    try book.add("promotion-of-another-model", plan: { $0.promotedModel = "tulip" }, failed: [.promotion])
    try book.add("promotion-by-governance", plan: { $0.promotionKeys = ["governance-plane"] }, failed: [.promotion])
    try book.add("promotion-by-an-old-key", plan: { $0.promotionKeys = ["old serving-plane"] })
    try book.add(
      "promotion-to-another-place", plan: { $0.environments = ["staging"] }, environment: "staging",
      failed: [.promotion])
    try book.add(
      "promotion-of-another-intent",
      papers: { papers in
        let promotion = try PaperPlan().promotion(of: papers.approval, intent: "\(papers.logs.serving.origin)#9")
        try papers.promote(promotion)
      }, failed: [.promotion])
  }
}

extension Papers {
  /// Another promotion, in the log like the first.
  fileprivate mutating func promote(_ promotion: UnverifiedEnvelope) throws {
    self.promotion = promotion
    var logs = PlayedLogs(rootDigest: roots[0].payloadDigest)
    _ = logs.intend(output, approval)
    logs.deploy(promotion.payloadDigest, revocations)
    evidence = try logs.evidence()
  }
}
