import Signing
import Wire

/// A request that was refused although its sender is known.
package struct RefusedRequest: Sendable {
  package let principal: String
  package let kind: String
  /// One of the error codes of DESIGN section 2.
  package let code: String
  package let reason: String
  /// The model and the environment that it was about, where it says so in valid names.
  package let model: ModelID?
  package let environment: EnvironmentName?
  /// Of the refused request's payload.
  package let requestDigest: Digest
  /// Whose process it came from, by the kernel's word.
  package let peerUID: UInt32?

  package init(
    principal: String, kind: String, code: String, reason: String, model: ModelID? = nil,
    environment: EnvironmentName? = nil, requestDigest: Digest, peerUID: UInt32? = nil
  ) {
    self.principal = principal
    self.kind = kind
    self.code = code
    self.reason = reason
    self.model = model
    self.environment = environment
    self.requestDigest = requestDigest
    self.peerUID = peerUID
  }

  /// The data of its `request_refused` entry; a long reason is cut.
  var data: JSONObject {
    var data: JSONObject = [
      "principal": JSONValue(principal), "kind": JSONValue(kind), "code": JSONValue(code),
      "reason": JSONValue(reason.clipped(1000)),
    ]
    if let model { data.append("model_id", model.json) }
    if let environment { data.append("environment", environment.json) }
    data.append("request_digest", JSONValue(requestDigest.description))
    data.append("peer_uid", peerUID.map { JSONValue(Int($0)) } ?? .null)
    return data
  }
}

/// How many refusals of a principal in one minute got no entry of their own.
struct RefusalAggregate: Sendable, Equatable {
  /// Nil for the principals beyond the number that is told apart.
  let principal: String?
  /// The minute's first moment.
  let minute: Timestamp
  let count: Int

  var data: JSONObject {
    ["principal": JSONValue(principal), "minute": JSONValue(minute.attestationText), "count": JSONValue(count)]
  }
}
