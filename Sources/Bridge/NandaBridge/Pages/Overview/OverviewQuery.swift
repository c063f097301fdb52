import Attestations
import AgentFacts
import Wire

/// Which models of the overview somebody wants to see.
struct OverviewQuery {
  static let pageSize = 25

  /// From 1.
  let page: Int
  /// How the names of the models begin; empty for all.
  let beginning: String
  /// Only those whose approval is over soon.
  let isExpiring: Bool

  /// Nil for what no link or form of these pages asks.
  init?(_ parameters: QueryParameters) {
    guard let page = Int(parameters["page"] ?? "1"), (1...1_000_000).contains(page) else { return nil }
    let beginning = parameters["begins"] ?? ""
    // It comes back in links and in the form.
    guard beginning.isEmpty || ModelID.accepts(beginning.utf8) || ModelID.accepts((beginning + "x").utf8) else {
      return nil
    }
    let shown = parameters["show"] ?? "all"
    guard ["all", "expiring"].contains(shown) else { return nil }
    (self.page, self.beginning, isExpiring) = (page, beginning, shown == "expiring")
  }

  func selected(from models: [Listing], at now: Timestamp) -> [Listing] {
    models.filter { listing in
      let isNamed = beginning.isEmpty || listing.key.id.text.utf8.starts(with: beginning.utf8)
      return isNamed && (!isExpiring || listing.expiresSoon(at: now))
    }
  }

  /// Nil beyond the last page. Without any model there is one page, and it is empty.
  func slice(of models: [Listing]) -> ArraySlice<Listing>? {
    guard page <= Self.pageCount(of: models.count) else { return nil }
    return models.dropFirst((page - 1) * Self.pageSize).prefix(Self.pageSize)
  }

  static func pageCount(of count: Int) -> Int { max(1, (count + pageSize - 1) / pageSize) }

  /// The address of another page of the same models.
  func link(toPage page: Int) -> String {
    let filters = (beginning.isEmpty ? "" : "&begins=\(beginning)") + (isExpiring ? "&show=expiring" : "")
    return "overview?page=\(page)\(filters)"
  }
}

extension Listing {
  /// Whether its approval is over within the days that the pages call soon.
  func expiresSoon(at now: Timestamp) -> Bool {
    approved.map { $0.expiresAt <= now.adding(days: ModelLines.soonDays) } ?? false
  }
}
