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
    var pages: [IndexQuery: Page] = [:]
    var byteCount = 0

    mutating func remove(_ query: IndexQuery) {
      if let page = pages.removeValue(forKey: query) { byteCount -= page.body.readableBytes }
    }
  }

  /// All together. Few, as each is looked at when there is no room: whoever asks for ever other pages is to have no part of the others'.
  private static let maximumCount = 32
  private static let maximumByteCount = 5 << 20
  private let kept = Mutex(Kept())

  /// - Parameter edition: the page must be of this very one.
  func page(_ query: IndexQuery, of edition: Edition, at moment: Moment = .now()) -> Page? {
    kept.withLock { kept in
      guard kept.edition == edition, let page = kept.pages[query] else { return nil }
      return page.freshness.holds(at: moment) ? page : nil
    }
  }

  /// In the place of what holds no more, or for want of that of any others.
  func keep(_ page: Page, for query: IndexQuery, of edition: Edition, at moment: Moment = .now()) {
    kept.withLock { kept in
      if kept.edition != edition { kept = Kept(edition: edition) }
      kept.remove(query)
      let over = kept.pages.filter { !$0.value.freshness.holds(at: moment) }.keys
      for query in over { kept.remove(query) }
      while let other = kept.pages.keys.first,
        kept.pages.count >= Self.maximumCount || kept.byteCount + page.body.readableBytes > Self.maximumByteCount
      {
        kept.remove(other)
      }
      kept.pages[query] = page
      kept.byteCount += page.body.readableBytes
    }
  }
}
