import AgentFacts
import NIOCore
import Testing
import Wire

@testable import NandaBridge

/// Pages that are kept for whoever asks again, whatever somebody else asks for.
@Suite struct IndexPagesTests {
  private let pages = IndexPages()
  private let edition = IndexPages.Edition(directory: 1, documents: 0)

  private func query(_ text: String) throws -> IndexQuery { try IndexQuery(QueryParameters(query: text)) }

  private func page(_ byteCount: Int = 100, seconds: Int = 30) -> IndexPages.Page {
    let now = Moment.now()
    return IndexPages.Page(
      body: ByteBuffer(repeating: 0x20, count: byteCount), tag: "\"t\"",
      freshness: Freshness(until: now.time.adding(seconds: seconds), from: now))
  }

  private func kept(_ texts: some Sequence<String>) throws -> Int {
    try texts.count { pages.page(try query($0), of: edition) != nil }
  }

  @Test("Whoever asks for ever other pages fills no memory and makes nobody wait: a few are kept")
  func manyQueries() throws {
    let queries = (0..<2000).map { "limit=1&offset=\($0)" }
    for text in queries { pages.keep(page(), for: try query(text), of: edition) }
    #expect((1...32).contains(try kept(queries)))
    #expect(try kept(queries.suffix(1)) == 1)
  }

  @Test("However large pages are, all of them together are no more than 5 MiB")
  func largePages() throws {
    let queries = (1...10).map { "limit=\($0)" }
    for text in queries { pages.keep(page(1 << 20), for: try query(text), of: edition) }
    #expect((1...5).contains(try kept(queries)))
  }

  @Test("A page that holds no more, or is of another edition, is not told")
  func overIsOver() throws {
    pages.keep(page(seconds: -1), for: try query("limit=1"), of: edition)
    pages.keep(page(), for: try query("limit=2"), of: edition)
    #expect(try kept(["limit=1"]) == 0)
    let other = IndexPages.Edition(directory: 2, documents: 0)
    #expect(pages.page(try query("limit=2"), of: other) == nil)
    pages.keep(page(), for: try query("limit=3"), of: other)
    #expect(try kept(["limit=2"]) == 0)
  }
}
