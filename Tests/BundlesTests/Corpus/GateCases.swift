import Attestations
import Bundles
import Signing
import Wire

// Papers that are right and say no.
extension BundleCorpus {
  static func addGates(_ book: inout CaseBook) throws {
    let valid = try Papers(PaperPlan()).bytes
    book.add("environment-not-approved", valid, file: "valid", environment: "lab", failed: [.gateEnvironment])
    book.add(
      "environment-unknown", valid, file: "valid", environment: "moon", failed: [.gateQuorum, .gateEnvironment])
    book.add("other-weights", valid, file: "valid", weights: (PaperPlan.otherWeights, .file), failed: [.gateWeights])
    book.add(
      "weights-of-another-kind", valid, file: "valid", weights: (PaperPlan.weights, .directory), failed: [.gateWeights])
    try book.add("scope-not-named", plan: { $0.scopes = ["eu"] }, papers: { $0.undeploy() }, failed: [.gateScope])
    try book.add(
      "scope-not-approved", plan: { $0.scopes = ["eu"] }, papers: { $0.undeploy() }, scope: "us", failed: [.gateScope])
    try book.add(
      "pending", plan: { $0.approvalKeys = ["alice", "bob"] }, failed: [.gateApproval])
    try addQuorums(&book)
    try addTraining(&book)
    try book.add("ttl-too-long", plan: { $0.lifetimeDays = 91 }, failed: [.gateValidity])
    try book.add("approved-under-a-newer-root", plan: { $0.approvalRoot = 3 }, failed: [.gateTrust])
  }

  /// Who trained has left. What the approvers signed under the root before goes on, unless they were removed.
  private static func addTraining(_ book: inout CaseBook) throws {
    let changes: [(String, Int, [BundleCheck], (Principal) throws -> Principal?)] = [
      ("submitter-removed", 1, [.gateTraining], { $0.id.text == "trainer" ? nil : $0 }),
      ("submitter-retired-before", 2, [.gateTraining], retired), ("submitter-retired-since", 1, [], retired),
      ("training-key-replaced-before", 2, [.gateTraining], replaced), ("training-key-replaced-since", 1, [], replaced),
    ]
    for (name, approvalRoot, failed, change) in changes {
      try book.add(
        name,
        plan: { plan in
          plan.roots = try PaperHouse.roots(change: change)
          plan.leaseRoot = try PaperPlan.verified(plan.roots)
          plan.approvalRoot = approvalRoot
        },
        papers: { papers in
          let witness = (papers.logs.serving.origin, "serving-plane")
          papers.evidence[1] = try papers.logs.evidence(.governance, 7, witnesses: [witness])
        }, failed: failed)
    }
  }

  private static func retired(_ principal: Principal) -> Principal {
    principal.id.text == "trainer" ? principal.retired(at: PaperHouse.issued(2)) : principal
  }

  /// What it cosigned before counts no more; governance's log is then witnessed by serving alone.
  private static func replaced(_ principal: Principal) throws -> Principal {
    principal.id.text == "training-plane"
      ? principal.with(keys: [try PaperHouse.key("new training-plane").publicKey]) : principal
  }

  private static func addQuorums(_ book: inout CaseBook) throws {
    let short: [(String, [String])] = [
      ("quorum-short", ["alice", "governance-plane"]), ("quorum-of-one-group", ["alice", "carol", "governance-plane"]),
      ("quorum-of-a-removed", ["alice", "mallory", "governance-plane"]),
      ("quorum-of-a-retired", ["alice", "erin", "governance-plane"]),
    ]
    for (name, signers) in short { try book.add(name, plan: { $0.approvalKeys = signers }, failed: [.gateQuorum]) }
    try book.add(
      "quorum-of-the-approval", plan: { $0.required = 3 }, environment: "staging", failed: [.gateQuorum])
    try book.add(
      "quorum-of-one-environment",
      plan: { plan in
        plan.approvalKeys = ["alice", "governance-plane"]
        plan.required = 1
      }, environment: nil, failed: [.gateQuorum])
    try book.add(
      "quorum-of-the-other-environment",
      plan: { plan in
        plan.approvalKeys = ["alice", "governance-plane"]
        plan.required = 1
      }, environment: "staging")
  }

  static func addTimes(_ book: inout CaseBook) throws {
    let valid = try Papers(PaperPlan()).bytes
    let day = 86_400
    book.add("before-the-approval", valid, file: "valid", after: 59, failed: [.gateValidity])
    book.add("at-the-approval", valid, file: "valid", after: 60, failed: [.gateValidity])
    book.add("before-the-last-signature", valid, file: "valid", after: 89, failed: [.gateValidity])
    book.add("at-the-last-signature", valid, file: "valid", after: 90)
    // The signatures are here, so by a clock that is behind governance's they have been made all the same.
    try book.add("before-the-last-signature-now", plan: { $0.leaseAge = 130 }, after: 80, isNow: true)
    book.add(
      "after-its-expiry", valid, file: "valid", after: 60 + 30 * day, maximumAge: 60 * day, failed: [.gateValidity])
    book.add("in-its-last-second", valid, file: "valid", after: 59 + 30 * day, maximumAge: 60 * day)
    book.add(
      "under-the-root-before", valid, file: "valid", after: -10 * day - 1,
      failed: [.gateTrust, .gateValidity])
    book.add("before-every-root", valid, file: "valid", after: -31 * day, failed: [.gateTrust])
    let expiry = PaperHouse.time.adding(days: 5)
    try book.add(
      "root-expired",
      plan: { plan in
        plan.roots = try PaperHouse.roots(upTo: 2)
        plan.roots[1] = try PaperHouse.root(2, expiresAt: expiry).signed(by: PaperHouse.keys(["root one", "root two"]))
        plan.leaseRoot = try PaperPlan.verified(plan.roots)
      }, after: 5 * day, maximumAge: 30 * day, failed: [.gateTrust])
  }
}
