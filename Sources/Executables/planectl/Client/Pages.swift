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
    var items: [Item] = []
    var after: String?
    let deadline = ContinuousClock.now + Self.patience
    for _ in 0..<Self.maximumPages {
      let page: Answer<Page<Item>> = try await ask(plane, kind, request(after))
      items += page.value.items
      guard let next = page.value.next else { return items }
      after = next
      guard .now < deadline else {
        throw Failure(.unreachable, "\(plane.planeName) has not given the whole \(kind.rawValue) in time")
      }
    }
    throw Failure.unverified("\(plane.planeName)'s \(kind.rawValue) does not end")
  }
}
