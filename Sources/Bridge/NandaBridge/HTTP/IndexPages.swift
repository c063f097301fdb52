import AgentFacts
import NIOCore
import Synchronization
import Wire

/// Pages of the index that were put together a moment ago: a registry that is followed is asked for the same ones again and again.
final class IndexPages: Sendable {
  struct Page: Sendable {
    let body: ByteBuffer
    let tag: String
    let freshness: Freshness
  }

  /// Of what a page is put together.
  struct Edition: Equatable {
    /// The number of the directory.
    let directory: Int
    /// The edition of the documents, from before the first was read.
    let documents: Int
  }

  private struct Kept {
    var edition: Edition?
    var pages: [(query: IndexQuery, page: Page)] = []
  }

  /// All together.
  private static let maximumByteCount = 5 << 20
  private let kept = Mutex(Kept())

  /// - Parameter edition: the page must be of this very one.
  func page(_ query: IndexQuery, of edition: Edition, at moment: Moment = .now()) -> Page? {
    kept.withLock { kept in
      guard kept.edition == edition else { return nil }
      return kept.pages.first { $0.query == query && $0.page.freshness.holds(at: moment) }?.page
    }
  }

  func keep(_ page: Page, for query: IndexQuery, of edition: Edition) {
    kept.withLock { kept in
      if kept.edition != edition { kept = Kept(edition: edition) }
      kept.pages.removeAll { $0.query == query }
      kept.pages.append((query, page))
      while kept.pages.reduce(0, { $0 + $1.page.body.readableBytes }) > Self.maximumByteCount {
        kept.pages.removeFirst()
      }
    }
  }
}
