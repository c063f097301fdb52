import Signing
import Attestations
import HTML
import Wire

/// What is known of one model, and each check of the serving plane's decisions.
struct ModelPage {
  let site: Site
  let view: ModelView
  let drift: DriftWord?
  let snapshot: CatalogSnapshot
  /// Where its AgentFacts are served, relative to these pages.
  let facts: String
  let now: Moment

  var page: SitePage {
    SitePage(
      site: site, part: .verify, title: title,
      content: [verdict, .section("Its approval", [approval])] + view.environments.map(place)
        + [.section("How it behaves", behaviour), .section("For programs", programs)])
  }

  private var allowed: [EnvironmentName] { view.allowed(at: now) }
  private var isKnown: Bool {
    view.environments.contains { environment in
      switch view.standing(in: environment, at: now) {
      case .mayRun, .mayNotRun: true
      case .unknown, .neverAsked: false
      }
    }
  }

  private var title: String {
    if !allowed.isEmpty { return "\(view.model) may run in \(Words.list(allowed.map(\.text)))" }
    return isKnown ? "\(view.model) may not run" : "Whether \(view.model) may run is not known now"
  }

  private var verdict: HTMLNode {
    let style = !allowed.isEmpty ? "is-yes" : isKnown ? "is-no" : "is-care"
    let lines = view.environments.map { HTMLNode.tag("p", [], ModelLines.place($0, view.standing(in: $0, at: now))) }
    return .section("In short", style: "verdict \(style)", lines + [.tag("p", all: ground)])
  }

  private var ground: [HTMLNode] {
    guard isKnown else {
      return [
        "These pages have no word of the serving plane that still holds: it does not answer, or has not been asked in time. Without one nothing is told to be allowed."
      ]
    }
    let ends = view.environments.compactMap { view.decisions[$0] }.filter { $0.holds(at: now) }.map(
      \.decision.validUntil)
    return [.text("The serving plane says so, signed, in answer to this server's own question. Its word holds until ")]
      + (ends.min().map { [.moment($0)] } ?? []) + ["; ask again then."]
  }

  private var approval: HTMLNode {
    guard let approval = view.approval else {
      return .paragraph("Governance has not answered since this server was started, so that its papers are not known.")
    }
    return .definitions([
      ("Signed by", [.text("\(Words.list(view.approvers.map(\.text))), and by the governance plane")]),
      ("For", [.text(Words.list(approval.environments.map(\.text)))]),
      ("Scopes", [.text(approval.scopes.map { Words.list($0.map(\.text)) } ?? "any")]),
      ("From", [.moment(approval.approvedAt)]),
      ("Until", [.tag("span", all: ModelLines.end(of: approval, at: now.time))]),
      ("Approval", [.code(approval.approvalID.text)]),
      ("Weights", [.code(approval.weightsHash.description)]),
      ("Runs now", [.tag("span", all: ModelLines.deployments(view, snapshot.serving))]),
    ])
  }

  private func place(_ environment: EnvironmentName) -> HTMLNode {
    let standing = view.standing(in: environment, at: now)
    guard let decision = standing.decision else {
      return .section(
        "Checks for \(environment)", [.paragraph("These pages have not heard of the serving plane about it yet.")])
    }
    var table = ChecksTable(
      caption: standing.isOver ? "As it was; nothing follows from it now." : "Every check of the serving plane's gates."
    )
    for gate in decision.gates { table.add(gate.gate.words, gate.gate.rawValue, gate.passed, gate.reason) }
    return .section(
      "Checks for \(environment)",
      [
        .tag(
          "p", [], "Decided ", .moment(decision.timeVerified), ", holds until ", .moment(decision.validUntil), "."),
        table.node,
      ])
  }

  private var behaviour: [HTMLNode] {
    let summaries = drift?.findings.map { HTMLNode.tag("p", [], .text("\($0.environment): \($0.summary)")) } ?? []
    return [.tag("p", all: ModelLines.drift(drift, of: view, at: now))] + summaries
  }

  private var programs: [HTMLNode] {
    [
      .tag(
        "p", [], "The same as an AgentFacts document, with the signed decision in it: ",
        .tag("a", [("href", facts)], .text(facts))),
      .paragraph("To hear it, signed, from the serving plane rather than from this server:"),
      .tag("ul", all: (view.approval.map(commands) ?? []).map { .tag("li", [], .code($0)) }),
    ]
  }

  private func commands(_ approval: ListedApproval) -> [String] {
    let scope = approval.scopes?.first.map { " --scope \($0)" } ?? ""
    return approval.environments.map { environment in
      "planectl authorize \(view.model) -e \(environment)\(scope) --weights-hash \(approval.weightsHash) --attest"
    }
  }
}
