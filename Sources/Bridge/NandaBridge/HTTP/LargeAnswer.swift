import Hummingbird
import NIOCore

// Answers that are long enough for slow readers of them to fill the memory.
extension Answer {
  private static let smallByteCount = 64 << 10

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
      let rate = LeastRate()
      while let piece = rest.readSlice(length: min(rest.readableBytes, Self.smallByteCount)), piece.readableBytes > 0 {
        guard rate.isKept(after: body.readableBytes - rest.readableBytes) else { throw Overload() }
        try await writer.write(piece)
      }
      try await writer.finish(nil)
    }
    return response
  }
}
