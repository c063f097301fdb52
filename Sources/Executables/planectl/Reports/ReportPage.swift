import Attestations
import HTML
import MerkleLog
import PlaneContract
import Signing
import Wire

/// A model's life as one page that needs nothing else: no script, no resource from elsewhere, and a policy that lets it load none.
struct ReportPage {
  let report: ModelReport
  let proofs: ProofPages

  /// - Parameter proofs: of each event of the report, in their order.
  init(report: ModelReport, proofs: [[ProvenEntry]]) {
    self.report = report
    self.proofs = ProofPages(events: report.events, proofs: proofs)
  }

  var html: String {
    let head = HTMLNode.tag(
      "head", [], .tag("meta", [("charset", "utf-8")]),
      .tag("meta", [("http-equiv", "Content-Security-Policy"), ("content", Self.policy)]),
      .tag("meta", [("name", "viewport"), ("content", "width=device-width, initial-scale=1")]),
      .tag("meta", [("name", "referrer"), ("content", "no-referrer")]),
      .tag("title", [], .text("\(report.model): model report")), .style(ReportStyle.sheet))
    return HTMLNode.document(
      language: "en", head: head,
      body: .tag(
        "body", [],
        .tag("header", [], .tag("p", [("class", "kind")], "Model report"), .tag("h1", [], .text(report.model.text))),
        .tag("main", all: sections)))
  }

  /// The style sheet by its digest; nothing else may be loaded, run, sent or framed.
  private static var policy: String {
    let digest = Base64.encode(Digest(hashing: Array(ReportStyle.sheet.text.utf8)).bytes)
    return "default-src 'none'; style-src 'sha256-\(digest)'; base-uri 'none'; form-action 'none'"
  }

  private var sections: [HTMLNode] {
    let gaps = report.missing.map { "\($0.plane.planeName): \($0.failure.message)" }
    return [
      section("In short", [.definitions(report.summary.map { ($0.name, [$0.value]) })]),
      report.incidents.isEmpty ? nil : warning("Logs that lost entries", Self.lost, report.incidents.map(\.sentence)),
      gaps.isEmpty ? nil : warning("Not in this report", Self.unread, gaps),
      section("What happened", [life]), section("Versions", report.papers.versions.map(version)),
      section("Approvals", report.papers.approvals.map(approval)), section("What this rests on", [logs] + grounds),
      section("Proofs", proofs.nodes, style: "proofs"),
    ].compactMap(\.self)
  }

  private func section(_ title: String, _ content: [HTMLNode], style: String = "") -> HTMLNode? {
    content.isEmpty ? nil : .section(title, style: style, content)
  }

  private static let unread = "These logs could not be read or do not hold. What stands only there is missing below."
  private static let lost = """
    Another plane had seen entries of these logs that are not there any more: a plane was restored from a backup, or its past was \
    rewritten. What stood only there is missing below, and nobody can bring it back.
    """

  private func warning(_ title: String, _ what: String, _ items: [String]) -> HTMLNode {
    .section(
      title, style: "warning",
      [.tag("p", [], .text(what)), .tag("ul", all: items.map { .tag("li", [], .text($0)) })])
  }

  private var life: HTMLNode {
    var table = HTMLTable(
      caption:
        "In the order of the planes' clocks, UTC. Every line was found in a log that was read whole and verified. Digests are shortened here: those of weights, outputs and approvals stand whole below, all of them in the proofs.",
      style: "life", "When", "What", "By", "Details", "Evidence")
    for (index, event) in report.events.enumerated() {
      table.add(
        [
          [.tag("time", [("datetime", event.time.attestationText)], .text(Self.moment(event.time)))],
          [
            .tag("span", [("class", "what")], .text(event.what)),
            .tag("span", [("class", "phase")], .text(event.phase.rawValue)),
          ],
          [.text(event.who)],
          event.facts.map { Self.fact($0.name, $0.value) },
          [
            proofs.link(to: index, Self.evidence(event)),
            .tag("span", [("class", "seen")], .text("cosigned by \(event.cosigners)")),
          ],
        ], style: event.phase.rawValue)
    }
    return table.node
  }

  /// The name of the log may stand on a line of its own.
  private static func evidence(_ event: LifeEvent) -> HTMLNode {
    let end = event.item.count == 1 ? "" : " to #\(event.item.last.index)"
    return .tag(
      "code", [], .text("\(event.id.origin.description.dropLast(event.plane.planeName.count))"), .tag("wbr"),
      .tag("b", [], .text("\(event.plane.planeName)#\(event.id.index)\(end)")))
  }

  private static func fact(_ name: String, _ value: String) -> HTMLNode {
    .tag("span", [("class", "fact")], .tag("b", [], .text(name)), " ", .text(value), " ")
  }

  /// `2026-01-02 03:04:05`.
  private static func moment(_ time: Timestamp) -> String {
    String(time.wholeSeconds.attestationText.prefix(19)).replacing("T", with: " ")
  }

  private func version(_ version: ReportedVersion) -> HTMLNode {
    var items: [(name: String, values: [String])] = [("Training output", [version.digest.description])]
    switch version.output {
    case .success(let training):
      let (output, result) = (training.output, training.output.result)
      items += [
        ("Trained by", ["\(output.submittedBy), \(output.submitterPerson?.text ?? "nobody") answers for it"]),
        ("Created", [output.createdAt.attestationText]), ("Weights kind", [result.weightsKind.rawValue]),
        ("Correlation", [result.correlationID.text]), ("Card", Self.members(result.card)),
        ("Metrics", Self.members(result.metrics)),
      ]
      if let provenance = result.provenance { items.append(("Provenance", Self.members(provenance))) }
      if let lineage = result.lineage { items.append(("Lineage", lineage.map(\.jsonText))) }
    case .failure(let failure): items.append(("Not shown", [failure.message]))
    }
    items.append(("Approvals", VersionStanding(of: version, in: report).lines))
    return article("Weights", version.weights?.description ?? "unknown", items)
  }

  private func approval(_ item: ReportedApproval) -> HTMLNode {
    var items: [(name: String, values: [String])] = [("State", [item.state])]
    switch item.approval {
    case .success(let held):
      let approval = held.predicate
      items += [
        (
          "Signed by",
          [Self.listed(item.signers.map(\.text)) + (held.isSignedByGovernance ? ", and by the governance plane" : "")]
        ),
        ("Must sign", ["\(approval.requiredApprovers)"]), ("For", approval.environments.map(\.text)),
        ("Scopes", approval.scopes?.map(\.text) ?? ["any"]), ("Profile", [approval.profile.text]),
        (item.status == .active ? "Valid" : "Made for", ["\(approval.approvedAt) until \(approval.expiresAt)"]),
        ("Weights", [approval.weightsHash.description]),
      ]
    case .failure(let failure): items.append(("Not shown", [failure.message]))
    }
    return article("Approval", item.id.text, items + [("Digest", [item.digest.description])])
  }

  private func article(_ kind: String, _ name: String, _ items: [(name: String, values: [String])]) -> HTMLNode {
    .tag("article", [], .tag("h3", [], .text("\(kind) "), .tag("code", [], .text(name))), .definitions(items))
  }

  private static func members(_ object: JSONObject) -> [String] {
    object.isEmpty ? ["none"] : object.members.map { "\($0.key): \($0.value.string ?? $0.value.jsonText)" }
  }

  private static func listed(_ names: [String]) -> String {
    names.isEmpty ? "nobody who counts" : names.joined(separator: ", ")
  }

  private var logs: HTMLNode {
    var table = HTMLTable(
      caption: "The logs, each rebuilt entry by entry and compared with what its plane has signed.", style: "logs",
      "Log", "Entries",
      "Root",
      "Cosigned by", "Origin")
    for story in report.stories {
      let seen = story.witnesses.latest.map { "\($0.witness.planeName): the first \($0.size), at \($0.time)" }
      table.add([
        [.text(story.plane.planeName)], [.text("\(story.head.size)")],
        [.tag("code", [], .text(story.head.root.description))],
        (seen.isEmpty ? ["nobody yet"] : seen).map { .tag("span", [("class", "fact")], .text($0)) },
        [.tag("code", [], .text(story.log.origin.description))],
      ])
    }
    return table.node
  }

  private var grounds: [HTMLNode] {
    [
      .tag("p", [], .text(Self.verification)), .tag("p", [], .text(Self.limits)),
    ]
  }

  private static let verification = """
    Verified on the machine that made this page, by its trust root: every signature, the place of every entry in its log, and, \
    where another plane has cosigned a log, that it still begins with what was cosigned since the root keys last reset it. The page \
    itself is not signed. Each line names its entry, whose proof stands at the end of this page when it is read on a screen.
    """

  private static let limits = """
    Windows that were observed, checks that found no drift, and repeated refusals of one caller are counted in one line. A plane can \
    leave out what it never wrote down. When a log no longer has what another plane has cosigned, that plane writes it down and says so \
    until the root keys reset the log; every such loss that the logs above tell of is named at the top of this page.
    """
}
