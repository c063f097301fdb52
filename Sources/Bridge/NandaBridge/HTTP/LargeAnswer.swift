import Hummingbird
import NIOCore

// Answers that are long enough for slow readers of them to fill the memory.
extension Answer {
  private static let smallByteCount = 64 << 10
  /// Of one piece: a reader's system takes many at once, and then none until it has room again.
  private static let patience = Duration.seconds(60)

  /// As `response(to:)`, with the body out of a budget until it has been read, piece by piece and not too slowly.
  ///
  /// - Throws: `Overload` where the budget has no room for it.
  func response(to request: Request, within budget: ByteBudget) throws -> Response {
    var response = response(to: request)
    let (body, share) = (body, budget.share())
    guard response.status == status, body.readableBytes > Self.smallByteCount else { return response }
    guard share.grow(by: body.readableBytes) else { throw Overload() }
    response.body = ResponseBody(contentLength: body.readableBytes) { writer in
      defer { withExtendedLifetime(share) {} }
      var rest = body
      let rate = LeastRate(patience: Self.patience)
      while let piece = rest.readSlice(length: min(rest.readableBytes, Self.smallByteCount)), piece.readableBytes > 0 {
        try await writer.write(piece)
        guard rate.isKept(by: piece.readableBytes) else { throw Overload() }
      }
      try await writer.finish(nil)
    }
    return response
  }
}
