import AgentFacts
import Foundation
import TestSupport
import Testing
import Wire

@testable import NandaBridge

/// The overview: bounded, and silent on what is not known.
@Suite struct OverviewTests {
  private let pages: PageHouse

  init() throws { pages = try PageHouse() }

  @Test(
    "a question that no link of the pages asks gets no page",
    arguments: [
      "page=0", "page=-1", "page=2", "page=x", "page=1e3", "page=9223372036854775808", "page=%00", "show=everything",
      "begins=%3Cscript%3E", "begins=a%20b", "begins=%E2%80%AE", "page=",
    ])
  func questions(query: String) throws {
    #expect(try pages.overview([pages.listing("iris")], query) == nil)
  }

  @Test("ten thousand models are four hundred pages of twenty-five, each within 100 kB")
  func manyModels() throws {
    let names = (10_000..<20_000).map { ModelID(checked: "model-\($0)") }
    let listings = names.map { Listing(remembered: AgentKey($0), isPublic: true) }
    let query = try #require(OverviewQuery(QueryParameters(query: "page=400")))
    let last = try #require(query.slice(of: listings))
    #expect(last.count == 25 && last.last?.key.id.text == "model-19999")
    let beyond = try #require(OverviewQuery(QueryParameters(query: "page=401")))
    #expect(beyond.slice(of: listings) == nil)
    let page = try #require(try pages.overview(listings, "page=7"))
    #expect(page.utf8.count < 100_000 && page.contains("Page 7 of 400"))
    #expect(page.components(separatedBy: "<tr>").count - 1 == 26)
    let named = try #require(try pages.overview(listings, "begins=model-1999&page=1"))
    #expect(named.contains("Models 1 to 10 of 10, by name."))
  }

  @Test("only what ends soon is shown to who asks for that")
  func expiring() throws {
    let listings = [try pages.listing("long"), try pages.listing("short", days: 5)]
    let page = try #require(try pages.overview(listings, "show=expiring"))
    #expect(page.contains("verify?model=short") && !page.contains("verify?model=long"))
    #expect(page.contains("in 5 days"))
  }

  @Test("without a model there is one page that says so; that governance was never heard is no knowledge of that")
  func empty() throws {
    let heard = ActiveApprovals(ids: [], knownAt: PageHouse.noon, isCurrent: true)
    let none = "No model has an approval in force."
    #expect(try #require(try pages.overview([], "", approvals: heard)).contains(none))
    #expect(try #require(try pages.overview([], "")).contains(none) == false)
  }

  @Test("a decision lets a model run for as long as it holds, and then says when it did")
  func stale() throws {
    let listing = try pages.listing("iris")
    let fresh = try pages.decision(on: listing)
    #expect(try #require(try pages.overview([listing], "", decisions: [fresh])).contains("may run</span>"))
    for time in [PageHouse.noon.adding(seconds: -61), PageHouse.noon.adding(seconds: -60)] {
      let old = try pages.decision(on: listing, at: time)
      let page = try #require(try pages.overview([listing], "", decisions: [old]))
      #expect(!page.contains("may run</span>") && page.contains("last known, allowed: "))
    }
    let unasked = try #require(try pages.overview([listing], ""))
    #expect(!unasked.contains("may run</span>") && unasked.contains("Not everything is known now"))
  }

  @Test("a decision lets nothing run once the approval is over, whatever it says of itself")
  func approvalOver() throws {
    let listing = try pages.listing("iris", days: 1)
    let end = PageHouse.noon.adding(days: 1)
    let asked = Moment(time: end.adding(seconds: -5), instant: .now)
    let view = ModelView(
      listing,
      decisions: [KnownDecision(try pages.decision(on: listing, at: asked.time), rootVersion: 1, asked: asked)],
      deployments: [])
    #expect(view.allowed(at: asked.later(4)).map(\.text) == ["staging"])
    #expect(view.allowed(at: asked.later(5)).isEmpty)
  }

  @Test("names of others are text on the page, and bidi controls are spelled")
  func names() throws {
    let page = try #require(try pages.overview([try pages.listing("iris")], ""))
    #expect(page.contains("Acme &lt;b&gt;&amp; Sons&lt;/b&gt; \\u{202e}") && !page.contains("\u{202e}"))
  }
}
