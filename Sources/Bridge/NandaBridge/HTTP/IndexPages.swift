import AgentFacts
import NIOCore
import Synchronization
import Wire

/// Pages of the index that were put together a moment ago: a registry that is followed is asked for the same ones again and again.
final class IndexPages: Sendable {
  struct Page: Sendable {
    let body: ByteBuffer
    let tag: String
    let freshUntil: Timestamp
  }

  private struct Kept {
    var directory = 0
    var pages: [(query: IndexQuery, page: Page)] = []
  }

  /// All together.
  private static let maximumByteCount = 8 << 20
  private let kept = Mutex(Kept())

  /// - Parameter directory: the page must be of this very one.
  func page(_ query: IndexQuery, of directory: Directory, at now: Timestamp) -> Page? {
    kept.withLock { kept in
      guard kept.directory == directory.number else { return nil }
      return kept.pages.first { $0.query == query && now < $0.page.freshUntil }?.page
    }
  }

  func keep(_ page: Page, for query: IndexQuery, of directory: Directory) {
    kept.withLock { kept in
      if kept.directory != directory.number { kept = Kept(directory: directory.number) }
      kept.pages.removeAll { $0.query == query }
      kept.pages.append((query, page))
      while kept.pages.reduce(0, { $0 + $1.page.body.readableBytes }) > Self.maximumByteCount {
        kept.pages.removeFirst()
      }
    }
  }
}
