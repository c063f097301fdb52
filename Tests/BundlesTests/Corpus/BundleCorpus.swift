import Bundles
import Signing
import Wire

/// Every bundle of the corpus, made anew in each run: the same bytes every time, because keys, times and ids are fixed.
enum BundleCorpus {
  static func cases() throws -> [BundleCase] {
    var book = CaseBook(rootDigest: try PaperHouse.roots(upTo: 1)[0].payloadDigest)
    try addAllowed(&book)
    try addSpellings(&book)
    try addRoots(&book)
    try addOrigins(&book)
    try addApprovals(&book)
    try addEvidence(&book)
    try addCheckpoints(&book)
    try addLeases(&book)
    try addRevocations(&book)
    try addPromotions(&book)
    try addGates(&book)
    try addTimes(&book)
    try addRootChanges(&book)
    try addRosters(&book)
    try addSubmissions(&book)
    try addStatements(&book)
    try addLogs(&book)
    try addNotes(&book)
    try addBounds(&book)
    return book.cases
  }

  private static func addAllowed(_ book: inout CaseBook) throws {
    try book.add("valid")
    let valid = try Papers(PaperPlan()).bytes
    book.add("valid-every-environment", valid, file: "valid", environment: nil)
    book.add("valid-now", valid, file: "valid", isNow: true)
    book.add("valid-weights", valid, file: "valid", weights: (PaperPlan.weights, .file))
    book.add("valid-with-hindsight", valid, file: "valid", after: 100)
    book.add("valid-old-lease", valid, file: "valid", after: 86_400, maximumAge: 2 * 86_400)
    try book.add("valid-not-deployed", papers: { $0.undeploy() })
    try book.add(
      "valid-other-revocation", plan: { $0.revocations = [PlannedRevocation(weights: PaperPlan.otherWeights)] })
    try book.add("valid-scope", plan: { $0.scopes = ["eu", "us"] }, papers: { $0.undeploy() }, scope: "eu")
    try book.add("revoked-later", plan: { $0.revocations = [PlannedRevocation()] }, after: 125)
  }

  /// Bytes that mean the same to other readers of JSON, and bytes that mean nothing.
  private static func addSpellings(_ book: inout CaseBook) throws {
    let valid = try Papers(PaperPlan()).bytes
    let text = String(decoding: valid, as: UTF8.self)
    let spellings: [(String, String)] = [
      ("format-empty", ""), ("format-truncated", String(text.dropLast(40))),
      ("format-no-line-end", String(text.dropLast())),
      ("format-white-space", text.replacing("{\"v\":1,", with: "{\"v\": 1,", maxReplacements: 1)),
      ("format-version", text.replacing("{\"v\":1,", with: "{\"v\":2,", maxReplacements: 1)),
      ("format-repeated-member", text.replacing("{\"v\":1,", with: "{\"v\":1,\"v\":1,", maxReplacements: 1)),
      ("format-unknown-member", text.replacing("{\"v\":1,", with: "{\"v\":1,\"w\":1,", maxReplacements: 1)),
      ("format-escape", text.replacing("application/", with: "application\\/", maxReplacements: 1)),
      ("format-not-an-object", "[]\n"),
    ]
    for (name, bytes) in spellings { book.add(name, Array(bytes.utf8), failed: [.format]) }
  }

  private static func addRoots(_ book: inout CaseBook) throws {
    let valid = try Papers(PaperPlan()).bytes
    book.add("another-pin", valid, file: "valid", pinned: PaperPlan.weights, failed: [.trustRoots])
    try book.add("no-root", papers: { $0.roots = [] }, failed: [.trustRoots])
    try book.add("first-root-missing", papers: { $0.roots.removeFirst() }, failed: [.trustRoots])
    try book.add(
      "root-gap", papers: { $0.roots = [$0.roots[0], try PaperHouse.roots(upTo: 3)[2]] }, failed: [.trustRoots])
    try book.add("root-twice", papers: { $0.roots.append($0.roots[1]) }, failed: [.trustRoots])
    for (name, signers) in [
      ("root-under-threshold", ["root one"]), ("root-not-handed-on", ["root two", "root three"]),
      ("root-strange-signature", ["root one", "root two", "mallory"]),
    ] {
      try book.add(
        name, papers: { $0.roots[1] = try PaperHouse.root(2).signed(by: PaperHouse.keys(signers)) },
        failed: [.trustRoots])
    }
  }

  private static func addOrigins(_ book: inout CaseBook) throws {
    let other = PaperPlan.result(metrics: ["accuracy": 1])
    try book.add("output-by-governance", plan: { $0.trainingKeys = ["governance-plane"] }, failed: [.trainingOutput])
    try book.add(
      "output-strange-signature", plan: { $0.trainingKeys = ["training-plane", "mallory"] }, failed: [.trainingOutput])
    try book.add("submission-altered", plan: { $0.submitted = other }, failed: [.submission])
    try book.add("attested-otherwise", plan: { $0.attested = other }, failed: [.submission])
    try book.add(
      "weights-kind-changed", plan: { $0.attested = PaperPlan.result(kind: .directory) }, failed: [.submission])
    try book.add("submission-by-nobody", plan: { $0.submitterKey = "mallory" }, failed: [.submission])
    try book.add(
      "another-output", papers: { $0.output = try otherOutput() }, failed: [.agreement, .evidenceEntries])
    try book.add(
      "approval-names-another-output", plan: { $0.namedOutput = PaperPlan.otherWeights }, failed: [.agreement])
    try book.add(
      "approval-of-other-weights", plan: { $0.approvedWeights = PaperPlan.otherWeights },
      failed: [.agreement, .promotion])
  }

  private static func otherOutput() throws -> UnverifiedEnvelope {
    var plan = try PaperPlan()
    plan.submitted = PaperPlan.result(metrics: [:])
    plan.attested = plan.submitted
    return try plan.trainingOutput()
  }

  private static func addApprovals(_ book: inout CaseBook) throws {
    try book.add("approval-by-a-deployer", plan: { $0.approvalKeys = ["ci", "governance-plane"] }, failed: [.approval])
    try book.add(
      "approval-strange-signature", plan: { $0.approvalKeys = ["alice", "bob", "ci", "governance-plane"] },
      failed: [.approval])
    try book.add("approval-not-by-its-author", plan: { $0.approvedBy = "carol" }, failed: [.approval])
    try book.add(
      "two-approvals-mixed",
      papers: { papers in
        var plan = try PaperPlan()
        plan.lifetimeDays = 20
        let other = try plan.approval(of: papers.output)
        papers.approval = UnverifiedEnvelope(
          payloadType: papers.approval.payloadType, payload: papers.approval.payload,
          signatures: [papers.approval.signatures[0], other.signatures[1], papers.approval.signatures[2]])
      }, failed: [.approval])
    try book.add(
      "approval-signed-twice",
      papers: { papers in
        papers.approval = papers.approval.adding(papers.approval.signatures[0])
      }, failed: [.approval])
    try book.add(
      "approval-as-another-type",
      papers: { papers in
        papers.approval = UnverifiedEnvelope(
          payloadType: "application/vnd.nanda.plane-message+json", payload: papers.approval.payload,
          signatures: papers.approval.signatures)
      }, failed: [.approval])
    try book.add(
      "promotion-as-approval",
      papers: { papers in
        papers.approval = papers.promotion ?? papers.approval
      }, failed: [.approval, .evidenceEntries])
  }
}
