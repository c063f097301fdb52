import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// The first and the last that happens to a request: what is no plain question is refused before anything looks at it, whatever fails
/// is told in fixed words, and every answer carries the headers that a browser needs to be careful.
struct RequestGuard: RouterMiddleware {
  let counters: RequestCounters
  /// Where something may be sent, by `POST` and nothing else; elsewhere a request has no body.
  let uploadPaths: Set<String>

  func handle(
    _ request: Request, context: BridgeContext,
    next: (Request, BridgeContext) async throws -> Response
  ) async throws -> Response {
    var response: Response
    if let refusal = refusal(request) {
      response = refusal.response(to: request)
      // What else comes on such a connection is not worth reading, and a body might be taken for a request.
      response.headers[.connection] = "close"
      context.stopReading()
    } else {
      response = await answer(request, context, next)
    }
    for field in Self.headers where !response.headers.contains(field.name) { response.headers.append(field) }
    counters.count(response.status.code)
    return response
  }

  private func answer(
    _ request: Request, _ context: BridgeContext,
    _ next: (Request, BridgeContext) async throws -> Response
  ) async -> Response {
    do { return try await next(request, context) } catch let error as HTTPError where error.status == .notFound {
      return Answer.problem(.notFound, "Not Found").response(to: request)
    } catch is Overload {
      return Answer.askAgain("Too much is asked just now; ask again", to: request)
    } catch {
      context.logger.error("a request failed", metadata: ["error": "\(error)"])
      return Answer.problem(.internalServerError, "Internal Server Error").response(to: request)
    }
  }

  /// Why a request is not even routed.
  private func refusal(_ request: Request) -> Answer? {
    guard let target = request.head.path, target.utf8.first == UInt8(ascii: "/") else {
      return .problem(.badRequest, "Bad Request")
    }
    guard target.utf8.count <= HTTPLimits.targetBytes else { return .problem(.uriTooLong, "URI Too Long") }
    if request.method == .post, uploadPaths.contains(target) { return nil }
    guard request.method == .get || request.method == .head else {
      return .problem(.methodNotAllowed, "Method Not Allowed")
    }
    guard !Self.hasBody(request) else { return .problem(.contentTooLarge, "A request here has no body") }
    return Self.isPlain(target) ? nil : .problem(.notFound, "Not Found")
  }

  private static func hasBody(_ request: Request) -> Bool {
    if request.headers.contains(.transferEncoding) { return true }
    guard let length = request.headers[.contentLength] else { return false }
    return length != "0"
  }

  /// One spelling for one path: no escape, no empty part, no dots that climb.
  private static func isPlain(_ target: String) -> Bool {
    let path = target.utf8.prefix { $0 != UInt8(ascii: "?") }
    guard path.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !"%\\;#".utf8.contains($0) }) else { return false }
    if path.count == 1 { return true }
    return path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
    }
  }

  /// Every answer may be read by anybody, and none is to be taken for a page that runs something.
  private static let headers = [
    ("X-Content-Type-Options", "nosniff"), ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Access-Control-Allow-Origin", "*"), ("Referrer-Policy", "no-referrer"), ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
  ].compactMap { name, value in HTTPField.Name(name).map { HTTPField(name: $0, value: value) } }
}
