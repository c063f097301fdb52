import Signing
import Attestations
import Bundles
import HTML
import Wire

/// What a bundle proves, in words, with every check.
struct BundlePage {
  let site: Site
  let judgement: BundleJudgement
  let knowledge: RegistryKnowledge
  private var report: BundleReport { judgement.report }

  init(site: Site, judgement: BundleJudgement, knowledge: RegistryKnowledge) {
    (self.site, self.judgement, self.knowledge) = (site, judgement, knowledge)
  }

  var page: SitePage {
    SitePage(
      site: site, part: .verify, title: title,
      content: [verdict] + facts + checks + [.section("Another one", [again])])
  }

  /// What is said of the bundle: as `planectl bundle verify` judges it, and never more than this server knows better.
  private enum Verdict { case allowed, overtaken, denied, papersFailed, notBundle }

  private var kind: Verdict {
    switch report.outcome {
    case .allowed: knowledge.contradiction == nil ? .allowed : .overtaken
    case .denied: judgement.places.contains(where: \.mayRun) && knowledge.contradiction != nil ? .overtaken : .denied
    case .papersFailed: .papersFailed
    case .notBundle: .notBundle
    }
  }

  private var name: String { report.approval?.modelID.text ?? "the model" }
  private func places(_ mayRun: Bool) -> String {
    Words.list(judgement.places.filter { $0.mayRun == mayRun }.map(\.environment.text))
  }

  private var title: String {
    switch kind {
    case .allowed: "By these papers \(name) may run in \(places(true))"
    case .overtaken: "These papers are genuine, and out of date"
    case .denied where judgement.places.contains(where: \.mayRun):
      "By these papers \(name) may run in \(places(true)), not in \(places(false))"
    case .denied: "By these papers \(name) may not run in \(places(false))"
    case .papersFailed: "These papers are not to be believed"
    case .notBundle: "This file is no bundle"
    }
  }

  private var verdict: HTMLNode {
    switch kind {
    case .allowed:
      .section(
        "In short", style: knowledge.caution.isEmpty ? "verdict is-yes" : "verdict is-care",
        [.tag("p", all: standing)] + limits + caution)
    case .overtaken:
      .section(
        "In short", style: "verdict is-care",
        [.tag("p", [], .text(knowledge.contradiction ?? ""))] + limits + caution)
    case .denied: .section("In short", style: "verdict is-no", [reasons, .tag("p", all: standing)] + limits + caution)
    case .papersFailed:
      .section(
        "In short", style: "verdict is-no",
        [
          reasons,
          .paragraph(
            "Something in the file is not what the planes signed, so that nothing it says is to be relied on."),
        ])
    case .notBundle:
      .section(
        "In short", style: "verdict is-no",
        [reasons, .paragraph("Ask for the file that planectl bundle export writes, as it was written.")])
    }
  }

  private var standing: [HTMLNode] {
    guard let approval = report.approval else { return [] }
    let signers = Words.list(report.findings.approvers.map(\.text))
    return [
      .text("The papers are genuine. \(signers) signed the approval, and so did the governance plane. It ends "),
      .moment(approval.expiresAt), ".",
    ]
  }

  /// Never that it was not revoked; only by what was known when.
  private var limits: [HTMLNode] {
    guard report.findings.revocationsKnownAt != nil else {
      return [.paragraph("Whether it was revoked, nobody says in this bundle.")]
    }
    let isRevoked = report.failed.contains(.gateRevocation)
    let known = report.findings.revocationsKnownAt.map { [HTMLNode.moment($0)] } ?? []
    guard !isRevoked else { return [.tag("p", all: ["Revoked, by what was known at "] + known + ["."])] }
    let end: [HTMLNode] = report.findings.leaseEnd.map { ["; that word holds until ", .moment($0), "."] } ?? ["."]
    return [.tag("p", all: ["Not revoked by what was known at "] + known + end)]
  }

  private var caution: [HTMLNode] { knowledge.caution.isEmpty ? [] : [.tag("p", all: knowledge.caution)] }

  /// Of a place where the papers alone would let the model run.
  private var allowance: Mark {
    knowledge.contradiction == nil && knowledge.caution.isEmpty ? .yes("may run") : .care("allowed by these papers")
  }

  private var reasons: HTMLNode {
    .tag(
      "ul",
      all: report.results.filter { $0.passed == false }.map { result in
        .tag("li", [], .text("\(result.check.words) "), Mark.no("no").node, .text(": \(result.reason)"))
      })
  }

  private var trustRoot: String {
    let newest = report.findings.trustRootVersion ?? 1
    return newest == 1 ? "version 1 " : "versions 1 to \(newest), pinned by the first "
  }

  private var facts: [HTMLNode] {
    guard let approval = report.approval, report.outcome == .allowed || report.outcome == .denied else { return [] }
    let places = judgement.places.map { place in
      HTMLNode.tag(
        "span", [("class", "place")], .text("\(place.environment): "),
        (place.mayRun ? allowance : Mark.no("may not run")).node)
    }
    return [
      .section(
        "What the papers say",
        [
          .definitions([
            ("Model", [.text(approval.modelID.text)]), ("Where", [.tag("span", all: places)]),
            ("Signed by", [.text("\(Words.list(report.findings.approvers.map(\.text))), and by the governance plane")]),
            ("From", [.moment(approval.approvedAt)]), ("Until", [.moment(approval.expiresAt)]),
            ("Approval", [.code(approval.approvalID.text)]), ("Weights", [.code(approval.weightsHash.description)]),
            (
              "Trust root",
              [
                .text(trustRoot),
                .code(report.question.rootDigest.description),
              ]
            ),
            ("Judged at", [.moment(report.question.moment.time)]),
            ("This server", [.text(knowledge.words)]),
          ])
        ])
    ]
  }

  private var checks: [HTMLNode] {
    [
      table("Are the papers genuine?", report.results.filter { !$0.check.isGate }),
      table("Do they allow it?", report.results.filter { $0.check.isGate }),
    ]
  }

  private func table(_ title: String, _ results: [BundleCheckResult]) -> HTMLNode {
    var table = ChecksTable(caption: "As planectl bundle verify checks them, in this order.")
    for result in results { table.add(result.check.words, result.check.rawValue, result.passed, result.reason) }
    return .section(title, [table.node])
  }

  private var again: HTMLNode {
    .paragraph("The file is not kept. ", .tag("a", [("href", "verify")], "Check another bundle or name a model"), ".")
  }
}
