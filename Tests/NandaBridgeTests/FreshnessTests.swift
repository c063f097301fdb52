import AgentFacts
import NIOCore
import Signing
import TestSupport
import Testing
import Wire

@testable import NandaBridge

/// For how long something is told, whatever is done to the clock and whatever becomes of it meanwhile.
@Suite struct FreshnessTests {
  private let noon = Moment(time: Timestamp(microseconds: 1_800_000_000_000_000), instant: .now)
  private let key = AgentKey(ModelID(checked: "iris"))
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  @Test("A clock that is set back an hour lets a decision certify for no second longer")
  func clockSetBack() {
    let freshness = Freshness(until: noon.time.adding(seconds: 55), from: noon)
    #expect(freshness.holds(at: noon.later(54)) && freshness.seconds(from: noon) == 55)
    #expect(!freshness.holds(at: noon.later(55)))
    let setBack = noon.later(54, clockSetBy: -3600)
    #expect(freshness.holds(at: setBack) && freshness.seconds(from: setBack) == 1)
    for seconds in [55, 56, 3600] { #expect(!freshness.holds(at: noon.later(seconds, clockSetBy: -3600))) }
    #expect(!freshness.holds(at: noon.later(1, clockSetBy: 3600)))
  }

  @Test("An end that lies far ahead is none: nothing is told for longer than a decision lives")
  func farAhead() {
    let freshness = Freshness(until: .latest, from: noon)
    #expect(freshness.holds(at: noon.later(59)) && !freshness.holds(at: noon.later(60)))
    #expect(!Freshness(until: Timestamp(microseconds: 0), from: noon).holds(at: noon))
  }

  @Test("A page lives as long as the shortest-lived document on it")
  func together() {
    let (short, long) = (
      Freshness(until: noon.time.adding(seconds: 3), from: noon), Freshness(until: .latest, from: noon)
    )
    for both in [short.and(long), long.and(short)] {
      #expect(both.holds(at: noon.later(2)) && !both.holds(at: noon.later(3)))
    }
  }

  @Test("A document is kept for its time alone, and not longer when the clock is set back")
  func keptDocument() throws {
    let file = try DocumentFile(in: folder.path)
    file.keep(made("may run"), at: noon)
    #expect(file.document(key, at: noon.later(49)) != nil)
    for moment in [noon.later(50), noon.later(50, clockSetBy: -600), noon.later(1, clockSetBy: 600)] {
      #expect(file.document(key, at: moment) == nil)
    }
  }

  @Test("A page that says that a model may run is not sent again once a document says that it may not")
  func pageOfAnOvertakenDocument() throws {
    let (file, pages, query) = (
      try DocumentFile(in: folder.path), IndexPages(), try IndexQuery(QueryParameters(query: ""))
    )
    let edition = { IndexPages.Edition(directory: 1, documents: file.edition) }
    let page = IndexPages.Page(
      body: ByteBuffer(string: "may run"), tag: "a", freshness: Freshness(until: .latest, from: noon))
    file.keep(made("may run"), at: noon)
    pages.keep(page, for: query, of: edition())
    file.keep(made("may run"), at: noon.later(1))
    #expect(pages.page(query, of: edition(), at: noon) != nil, "the same again is nothing new")
    file.keep(made("may not run"), at: noon.later(2))
    #expect(pages.page(query, of: edition(), at: noon) == nil)

    let before = edition()
    file.expireAll()
    pages.keep(page, for: query, of: before)
    #expect(pages.page(query, of: edition(), at: noon) == nil, "it was put together of what has been expired since")
    #expect(file.document(key, at: noon) == nil && file.last(key) != nil)
  }

  @Test("An answer to an older question does not take the place of a newer one, nor of what was expired meanwhile")
  func lateAnswer() throws {
    let file = try DocumentFile(in: folder.path)
    file.keep(made("may not run", asked: noon.later(1)), at: noon.later(1))
    file.keep(made("may run", asked: noon), at: noon.later(2))
    #expect(file.document(key, at: noon.later(2))?.document.json == made("may not run").document.json)
    let old = made("may run", asked: .now())
    file.expireAll()
    file.keep(old, at: noon)
    #expect(file.document(key, at: noon) == nil)
  }

  private func made(_ text: String, asked: Moment? = nil) -> MadeDocument {
    MadeDocument(
      document: AgentDocument(key: key, json: Array("{\"says\":\"\(text)\"}".utf8)),
      freshness: Freshness(until: noon.time.adding(seconds: 50), from: noon),
      substance: Digest(hashing: Array(text.utf8)), verdict: .mayRun,
      asked: (asked ?? noon).instant)
  }
}

extension Moment {
  func later(_ seconds: Int, clockSetBy step: Int = 0) -> Moment {
    Moment(time: time.adding(seconds: seconds + step), instant: instant + .seconds(seconds))
  }
}
