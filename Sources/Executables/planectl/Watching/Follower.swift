import Attestations
import MerkleLog
import PlaneContract
import Wire

/// Follows several planes, one event at a time. A plane that is away is asked again; one whose evidence does not hold
/// ends it, once the others have been asked.
struct Follower {
  private static let pause = Duration.milliseconds(500)

  private var feeds: [EventFeed]
  private var cursor: WatchCursor
  private let fromStart: Bool
  /// Planes that did not answer when last asked; said once.
  private var away: Set<Role> = []

  init(session: Session, planes: [Role], cursor: WatchCursor, fromStart: Bool) {
    feeds = planes.map { EventFeed(of: $0, session: session) }
    self.cursor = cursor
    self.fromStart = fromStart
  }

  /// Never returns; throws what `handle` throws, and what makes a plane's evidence unbelievable.
  mutating func follow(_ handle: (WatchedEvent) async throws -> Void) async throws {
    while !Task.isCancelled {
      var isQuiet = true
      var problem: (any Error)?
      for feed in feeds.indices {
        // What ends the following of one plane does not keep back what the others have to tell.
        do {
          if try await tell(feed, handle) { isQuiet = false }
        } catch let status as ExitStatus { throw status } catch { problem = problem ?? error }
      }
      if let problem { throw problem }
      if isQuiet { try await Task.sleep(for: Self.pause) }
    }
  }

  /// False when there was nothing new.
  private mutating func tell(_ feed: Int, _ handle: (WatchedEvent) async throws -> Void) async throws -> Bool {
    let news = try await news(of: feed)
    for (event, entry) in news {
      try await handle(event)
      feeds[feed].dealt(with: entry)
      try cursor.advance(event.plane, to: feeds[feed].place)
    }
    return !news.isEmpty
  }

  private mutating func news(of feed: Int) async throws -> [(event: WatchedEvent, entry: UnverifiedEntry)] {
    let plane = feeds[feed].plane
    do {
      try await feeds[feed].begin(at: cursor.places[plane], fromStart: fromStart)
      if cursor.places[plane] == nil { try cursor.advance(plane, to: feeds[feed].place) }
      let news = try await feeds[feed].events()
      if away.remove(plane) != nil { Console.message("\(plane.planeName) answers again") }
      return news
    } catch let failure as Failure where failure.status == .unreachable {
      if away.insert(plane).inserted { Console.message("\(shown(failure.message)); it is followed once it answers") }
      return []
    } catch let refusal as Refusal where ExitStatus(refusal.code) == .unreachable {
      return []
    }
  }
}
