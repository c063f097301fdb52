import Attestations
import PlaneContract
import Wire

extension Session {
  /// A list that never ends is a plane's mistake, and the caller is not to wait for it.
  private static let maximumPages = 1000
  private static let patience = Duration.seconds(60)

  /// Every item of a list, page after page.
  ///
  /// - Parameter request: the fields of the request for the page that comes after the one whose `next` is given.
  func all<Item: Body>(
    _ plane: Role, _ kind: MessageKind, _ request: (_ after: String?) -> JSONObject
  ) async throws -> [Item] {
    try await all(plane, kind, \Page<Item>.self, request)
  }

  /// The same of answers that hold their page of items among other things.
  func all<Item: Body, List: Body>(
    _ plane: Role, _ kind: MessageKind, _ page: KeyPath<List, Page<Item>>, _ request: (_ after: String?) -> JSONObject
  ) async throws -> [Item] {
    var items: [Item] = []
    var after: String?
    let deadline = ContinuousClock.now + Self.patience
    for _ in 0..<Self.maximumPages {
      let answer: Answer<List> = try await ask(plane, kind, request(after))
      items += answer.value[keyPath: page].items
      guard let next = answer.value[keyPath: page].next else { return items }
      after = next
      guard .now < deadline else {
        throw Failure(.unreachable, "\(plane.planeName) has not given the whole \(kind.rawValue) in time")
      }
    }
    throw Failure.unverified("\(plane.planeName)'s \(kind.rawValue) does not end")
  }
}
