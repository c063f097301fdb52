import Attestations
import PlaneContract
import Wire

/// Follows several planes, one event at a time. A plane that is away is asked again; one whose evidence does not hold
/// ends it, once the others have been asked.
struct Follower {
  private static let pause = Duration.milliseconds(500)

  private let feeds: [EventFeed]
  private var cursor: WatchCursor
  private let fromStart: Bool
  /// Planes that did not answer when last asked; said once.
  private var away: Set<Role> = []

  init(session: Session, planes: [Role], cursor: WatchCursor, fromStart: Bool) {
    feeds = planes.map { EventFeed(plane: $0, session: session, rootDigest: session.root.originDigest) }
    self.cursor = cursor
    self.fromStart = fromStart
  }

  /// Never returns; throws what `handle` throws, and what makes a plane's evidence unbelievable.
  mutating func follow(_ handle: (WatchedEvent) async throws -> Void) async throws {
    while !Task.isCancelled {
      var isQuiet = true
      var problem: (any Error)?
      for feed in feeds {
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
  private mutating func tell(_ feed: EventFeed, _ handle: (WatchedEvent) async throws -> Void) async throws -> Bool {
    let events = try await news(of: feed)
    for event in events {
      try await handle(event)
      try cursor.advance(feed.plane, to: event.index + 1)
    }
    return !events.isEmpty
  }

  private mutating func news(of feed: EventFeed) async throws -> [WatchedEvent] {
    do {
      let index = try await beginning(of: feed)
      let events = try await feed.events(from: index)
      if away.remove(feed.plane) != nil { Console.message("\(feed.plane.planeName) answers again") }
      return events
    } catch let failure as Failure where failure.status == .unreachable {
      if away.insert(feed.plane).inserted {
        Console.message("\(shown(failure.message)); it is followed once it answers")
      }
      return []
    } catch let refusal as Refusal where ExitStatus(refusal.code) == .unreachable {
      return []
    }
  }

  private mutating func beginning(of feed: EventFeed) async throws -> Int {
    if let known = cursor.next[feed.plane] { return known }
    let index = fromStart ? 0 : try await feed.size()
    try cursor.advance(feed.plane, to: index)
    return index
  }
}
