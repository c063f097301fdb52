import PlaneContract
import Attestations
import HTML
import Wire

/// The models of the registry at a moment, a page at a time.
struct OverviewPage {
  let site: Site
  let snapshot: CatalogSnapshot
  let trust: TrustStanding
  let query: OverviewQuery
  /// All that are listed, and those that the query selects.
  let listed: [Listing]
  let selected: [Listing]
  let views: [ModelView]
  let drift: [ModelID: DriftWord]
  let now: Moment

  var page: SitePage {
    SitePage(
      site: site, part: .overview, title: "Governed models",
      content: [lead] + faults + [.section("At a glance", [glance]), .section("Models", models)])
  }

  private var lead: HTMLNode {
    .tag(
      "p", [("class", "lead")],
      "Models that people have approved, where each may run, until when, and how those that run behave. As known at ",
      .moment(snapshot.knownAt), ".")
  }

  /// Said first: what stands below is then what was known before.
  private var faults: [HTMLNode] {
    let planes = [
      ("The governance plane", "New approvals and drift checks are not known.", snapshot.governance),
      ("The serving plane", "No model is told to be allowed once its last word is over.", snapshot.serving),
    ]
    let away = planes.filter { !$0.2.isAnswering }
    guard !away.isEmpty else { return [] }
    let lines = away.map { name, words, watch in
      HTMLNode.tag("li", all: [.text("\(name) ")] + watch.words + [.text(" \(words)")])
    }
    return [
      .section(
        "Not everything is known now", style: "warning",
        [
          .paragraph("What only these planes can say is shown as it was last known."),
          .tag("ul", all: lines),
        ])
    ]
  }

  private var glance: HTMLNode {
    let running = Set(snapshot.deployments.filter { $0.state == .deployed }.map(\.modelID))
    let expiring = listed.count { $0.expiresSoon(at: now.time) }
    return .definitions([
      ("Models in force", [.text("\(listed.count)")]),
      ("Deployed now", [.text("\(listed.count { listing in listing.model.map(running.contains) ?? false })")]),
      (
        "Ending soon",
        [
          .tag("a", [("href", "overview?show=expiring")], .text("\(expiring) within \(ModelLines.soonDays) days"))
        ]
      ),
      ("Governance", [.tag("span", all: snapshot.governance.words)]),
      ("Serving", [.tag("span", all: snapshot.serving.words)]),
      ("Trust root", [.tag("span", all: trust.words(at: now.time))]),
    ])
  }

  private var models: [HTMLNode] {
    guard !selected.isEmpty else { return [filter, .paragraph(.text(nothing))] }
    return [filter, table, pages]
  }

  private var nothing: String {
    if snapshot.approvals == nil && listed.isEmpty {
      return "Governance has not been heard since this server was started."
    }
    return listed.isEmpty
      ? "No model has an approval in force." : "None of the \(Words.count(listed.count, "model")) is as you asked."
  }

  private var filter: HTMLNode {
    .tag(
      "form", [("action", "overview"), ("method", "get"), ("role", "search")],
      .tag("label", [("for", "begins")], "Names that begin with"),
      .tag(
        "input",
        [
          ("type", "text"), ("id", "begins"), ("name", "begins"), ("value", query.beginning),
          ("maxlength", "200"), ("autocomplete", "off"), ("spellcheck", "false"),
        ]),
      .tag("button", [("type", "submit")], "Show"))
  }

  private var table: HTMLNode {
    var table = HTMLTable(
      caption: caption, style: "models", "Model", "May it run?", "Approved by", "Ends", "Runs now", "Drift")
    for view in views { table.add(cells(view)) }
    return table.node
  }

  private var caption: String {
    let first = (query.page - 1) * OverviewQuery.pageSize + 1
    let what = query.isExpiring ? "models whose approval ends within \(ModelLines.soonDays) days" : "models"
    return
      "\(what.prefix(1).uppercased() + what.dropFirst()) \(first) to \(first + views.count - 1) of \(selected.count), by name."
  }

  private func cells(_ view: ModelView) -> [[HTMLNode]] {
    [
      [.tag("a", [("href", "verify?model=\(view.model)")], .text(view.model.text))],
      view.environments.isEmpty
        ? [Mark.open("not known now").node]
        : view.environments.map { ModelLines.place($0, view.standing(in: $0, at: now)) },
      [.text(view.approvers.isEmpty ? "not known now" : Words.list(view.approvers.map(\.text)))],
      view.approval.map { ModelLines.end(of: $0, at: now.time) } ?? ["not known now"],
      ModelLines.deployments(view, snapshot.serving), ModelLines.drift(drift[view.model], of: view, at: now),
    ]
  }

  private var pages: HTMLNode {
    let count = OverviewQuery.pageCount(of: selected.count)
    let link = { (name: String, page: Int) -> HTMLNode in
      .tag("a", [("href", query.link(toPage: page)), ("rel", name == "Next page" ? "next" : "prev")], .text(name))
    }
    return .tag(
      "nav", [("class", "pages"), ("aria-label", "Pages of models")],
      all: (query.page > 1 ? [link("Previous page", query.page - 1)] : [])
        + [.paragraph(.text("Page \(query.page) of \(count)"))]
        + (query.page < count ? [link("Next page", query.page + 1)] : []))
  }
}

extension CatalogSnapshot {
  /// The moment to which everything in it goes back: a plane that is away has not been heard since.
  fileprivate var knownAt: Timestamp {
    [governance, serving].map { $0.isAnswering ? builtAt : $0.answeredAt ?? builtAt }.min() ?? builtAt
  }
}
