import AgentFacts
import HTTPTypes
import Hummingbird
import NIOCore
import Wire

/// What every answer of the bridge is made with: bytes that are ready, how long they hold, and by what a client may ask whether they
/// still do. Nothing that a client sent is in any of them.
struct Answer: Sendable {
  let status: HTTPResponse.Status
  let type: ContentType
  let body: ByteBuffer
  /// An entity tag (RFC 9110 section 8.8.3), with its quotes; nil where nothing is to be compared.
  var tag: String?
  /// Seconds for which a cache may repeat it; 0: it asks again every time.
  var maxAge: Int = 0

  enum ContentType: String {
    case json = "application/json"
    case html = "text/html; charset=utf-8"
    case text = "text/plain; charset=utf-8"
    case css = "text/css; charset=utf-8"
    case script = "text/javascript; charset=utf-8"
    case svg = "image/svg+xml"
    case openMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8"
  }

  /// The answer itself, or `304` to a client that has it.
  func response(to request: Request) -> Response {
    var headers = HTTPFields()
    headers[.cacheControl] = maxAge > 0 ? "public, max-age=\(maxAge)" : "no-cache"
    if let tag {
      headers[.eTag] = tag
      if request.headers.knows(tag) { return Response(status: .notModified, headers: headers) }
    }
    headers[.contentType] = type.rawValue
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body))
  }
}

extension Answer {
  static func json(_ bytes: [UInt8], tag: String? = nil, maxAge: Int = 0) -> Answer {
    Answer(status: .ok, type: .json, body: ByteBuffer(bytes: bytes), tag: tag, maxAge: maxAge)
  }

  static func json(_ fields: JSONObject, tag: String? = nil, maxAge: Int = 0) -> Answer {
    .json(fields.serialized(), tag: tag, maxAge: maxAge)
  }

  /// In the words of `sm-bridge`, or of FastAPI below it.
  static func refusal(_ refusal: QueryRefusal) -> Answer {
    Answer(
      status: .init(code: refusal.status), type: .json, body: ByteBuffer(bytes: refusal.fields.serialized()))
  }

  static func problem(_ status: HTTPResponse.Status, _ detail: StaticString) -> Answer {
    let fields: JSONObject = ["detail": .string("\(detail)")]
    return Answer(status: status, type: .json, body: ByteBuffer(bytes: fields.serialized()))
  }

  /// That there is no answer yet, or just now; the same question may have one a little later.
  static func askAgain(_ detail: StaticString, to request: Request) -> Response {
    var response = problem(.serviceUnavailable, detail).response(to: request)
    response.headers[.retryAfter] = "5"
    return response
  }
}

extension HTTPFields {
  /// Whether `If-None-Match` names this tag; compared weakly (RFC 9110 section 13.1.2).
  fileprivate func knows(_ tag: String) -> Bool {
    guard let names = self[.ifNoneMatch] else { return false }
    let plain = { (name: Substring) in name.hasPrefix("W/") ? name.dropFirst(2) : name }
    return names.split(separator: ",").contains { name in
      let name = name.drop { $0 == " " }.prefix { $0 != " " }
      return name == "*" || plain(name) == plain(tag[...])
    }
  }
}
