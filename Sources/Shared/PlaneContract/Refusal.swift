import Wire

/// The codes of `error` replies (DESIGN section 2).
package enum ErrorCode: String, Sendable, CaseIterable {
  case malformed, unsupported, unauthenticated, forbidden
  case expiredMessage = "expired_message"
  case replayed
  case invalidRequest = "invalid_request"
  case notFound = "not_found"
  case conflict
  case policyFailed = "policy_failed"
  case denied, overloaded, unavailable, `internal`

  /// Worth another attempt with the same content; everything else stays refused until somebody changes something.
  package var isTransient: Bool {
    switch self {
    case .expiredMessage, .overloaded, .unavailable, .internal: true
    default: false
    }
  }
}

/// A request that is not granted, in words for the one who asked.
package struct Refusal: Error, Sendable, CustomStringConvertible {
  /// Bytes of a message; a decision with all its gates stands beside it, not in it.
  static let maximumMessage = 8192

  package let code: ErrorCode
  package let message: String
  /// The plane's time, for a client whose clock is wrong.
  package var now: Timestamp?
  /// The full decision of a denied deploy.
  package var decision: JSONObject?

  package init(_ code: ErrorCode, _ message: String, now: Timestamp? = nil, decision: JSONObject? = nil) {
    self.code = code
    self.message = message.clipped(Self.maximumMessage)
    self.now = now
    self.decision = decision
  }

  package var description: String { "\(code.rawValue): \(message)" }

  package var body: JSONObject {
    var body: JSONObject = ["code": .string(code.rawValue), "message": .string(message)]
    if let now { body.append("now", .string(now.messageText)) }
    if let decision { body.append("decision", .object(decision)) }
    return body
  }

  /// Reads the body of an `error` reply; an unknown code is taken as `internal`.
  package init(body: JSONObject) {
    code = body["code"]?.string.flatMap(ErrorCode.init(rawValue:)) ?? .internal
    message = body["message"]?.string ?? "the plane refused without saying why"
    now = body["now"]?.string.flatMap(Timestamp.init(message:))
    decision = body["decision"]?.object
  }
}
