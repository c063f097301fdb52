import Signing
import WeightsDigest
import Wire

/// What an endpoint behind a socket answers: bare JSON, because it holds no key. It is bounded, and taken strictly: what is not
/// clearly a yes is a no.
enum EndpointReply {
  static let maximumByteCount = 1 << 20
  private static let maximumServed = 10_000

  /// Whether the model of the order is served now, and what the endpoint says about that.
  static func deployed(_ bytes: [UInt8]) throws -> (isDeployed: Bool, reason: String?) {
    try read(bytes) { reader in
      guard let flag = try reader.optionalBool("deployed") else { throw reader.failure("deployed", "is missing") }
      return (flag, try reader.optionalString("reason"))
    }
  }

  /// Everything that is served now.
  static func serving(_ bytes: [UInt8]) throws -> [(modelID: ModelID, weights: WeightsID)] {
    try read(bytes) { reader in
      try reader.array("serving", maximum: maximumServed).map { try served($0) }
    }
  }

  private static func served(_ value: JSONValue) throws -> (modelID: ModelID, weights: WeightsID) {
    var reader = try ObjectReader(value, "reply.serving")
    let modelID: ModelID = try reader.identifier("model_id")
    let digest = try reader.digest("weights_hash")
    guard let kind = WeightsKind(rawValue: try reader.string("weights_kind")) else {
      throw reader.failure("weights_kind", "expected file or directory")
    }
    try reader.finish()
    return (modelID, WeightsID(digest: digest, kind: kind))
  }

  private static func read<Value>(_ bytes: [UInt8], _ body: (inout ObjectReader) throws -> Value) throws -> Value {
    do {
      var reader = try ObjectReader(StrictJSON.parse(bytes), "reply")
      if let reason = try reader.optionalString("refused") { throw SocketEndpointError.orderRefused(reason) }
      let value = try body(&reader)
      try reader.finish()
      return value
    } catch let error as SocketEndpointError { throw error } catch {
      throw SocketEndpointError.unusableReply("\(error)")
    }
  }
}

/// Why an endpoint behind a socket did not do what it was asked. `TransportError` says that it could not be reached.
enum SocketEndpointError: Error, Equatable, CustomStringConvertible {
  /// It does not take orders like this one: not from this plane, not now, or not for this environment.
  case orderRefused(String)
  case refused(DeploymentPlace, reason: String?)
  case stillServes(DeploymentPlace, reason: String?)
  /// It said yes, and its status says otherwise.
  case contradicts(DeploymentPlace, serves: WeightsID?)
  case unusableReply(String)

  var description: String {
    switch self {
    case .orderRefused(let reason): "the endpoint does not take the order: \(Self.shown(reason))"
    case .refused(let place, let reason): "the endpoint did not deploy \(place): \(Self.shown(reason))"
    case .stillServes(let place, let reason): "the endpoint still serves \(place): \(Self.shown(reason))"
    case .contradicts(let place, let id):
      "the endpoint said that it has done it, but of \(place) it serves \(id.map { "\($0)" } ?? "nothing"): see its log"
    case .unusableReply(let problem): "the endpoint's answer is not one: \(problem)"
    }
  }

  private static func shown(_ reason: String?) -> String {
    reason.map { Printable.text($0.clipped(500)) } ?? "it gives no reason; see its log"
  }
}
