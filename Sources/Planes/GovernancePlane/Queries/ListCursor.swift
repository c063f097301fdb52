import PlaneContract
import Signing

/// A place in the list of approvals and outputs, newest first: when an item came, and its digest. It stays the same place when
/// others come before it.
struct ListCursor: Sendable, Equatable {
  let receivedAt: Int64
  let digest: String

  /// Before the first item.
  static let start = ListCursor(receivedAt: .max, digest: "")

  init(receivedAt: Int64, digest: String) {
    self.receivedAt = receivedAt
    self.digest = digest
  }

  /// Reads the `next` of a page.
  init(_ text: String) throws(Refusal) {
    let parts = text.split(separator: ".", maxSplits: 1)
    guard parts.count == 2, let receivedAt = Int64(parts[0]), let digest = Digest(hex: String(parts[1])) else {
      throw Refusal(.invalidRequest, "body.after: is not the next of an earlier page")
    }
    self.init(receivedAt: receivedAt, digest: digest.description)
  }

  var text: String { "\(receivedAt).\(digest.dropFirst("sha256:".count))" }
}
