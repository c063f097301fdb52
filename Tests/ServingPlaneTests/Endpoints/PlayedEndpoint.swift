import Attestations
import Foundation
import Signing
import Synchronization
import TestSupport
import Transport
import Wire

@testable import ServingPlane

/// A service behind a `socket` endpoint that behaves as a test wants, and keeps the orders that it verified.
final class PlayedEndpoint: FrameHandler {
  enum Manner: Sendable, CustomStringConvertible {
    case honest
    case refusing
    /// Refuses the weights of this text, and is honest about others.
    case refusingWeights(String)
    case hanging
    /// Takes its time until it is released, and is honest then.
    case slow
    /// Hangs up before it answers.
    case dying
    /// Answers orders, not questions, with these bytes.
    case babbling(String)
    /// Says yes to everything and does nothing.
    case lying

    var description: String {
      switch self {
      case .honest: "honest"
      case .refusing: "refusing"
      case .refusingWeights: "refusing some weights"
      case .hanging: "hanging"
      case .slow: "slow"
      case .dying: "dying"
      case .babbling(let text): "babbling \(text)"
      case .lying: "lying"
      }
    }
  }

  private struct State {
    var manner = Manner.honest
    var orders: [JSONObject] = []
    var serving: [String: JSONValue] = [:]
  }

  let house: TestHouse
  let folder: TemporaryDirectory
  private let timeoutSeconds: Int
  private let gate = AsyncStream<Never>.makeStream()
  private let state = Mutex(State())

  init(_ house: TestHouse, timeoutSeconds: Int = 1) throws {
    self.house = house
    self.timeoutSeconds = timeoutSeconds
    folder = try TemporaryDirectory()
  }

  private var socket: String { "\(folder.path)/e.sock" }

  /// The config of a plane whose staging is served from here.
  var config: String {
    """
    endpoints:
      staging:
        socket: \(socket)
        timeout_seconds: \(timeoutSeconds)
    """
  }

  var manner: Manner {
    get { state.withLock(\.manner) }
    set { state.withLock { $0.manner = newValue } }
  }

  /// What it was told to do, in order; questions are not among it.
  var orders: [JSONObject] { state.withLock(\.orders) }
  var serving: [String: JSONValue] { state.withLock(\.serving) }

  func release() { gate.continuation.finish() }
  func forget() { state.withLock { $0.serving = [:] } }

  /// Serves while `body` runs.
  func during(_ body: @escaping @Sendable () async throws -> Void) async throws {
    var limits = TransportLimits()
    limits.shutdownGrace = .zero
    let server = SocketServer(limits: limits)
    try server.bind(name: "endpoint", target: .path(socket, mode: 0o600), handler: self)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      do { try await body() } catch {
        server.shutdown()
        throw error
      }
      server.shutdown()
      try await group.waitForAll()
    }
  }

  func handle(_ frame: [UInt8], from peer: PeerCredentials) -> FrameHandling {
    .later { [self] in
      do { return try await answer(order(in: frame)) } catch { return .close("\(error)") }
    }
  }

  private func order(in frame: [UInt8]) throws -> JSONObject {
    let keys = try house.principal("serving-plane").keys
    let order = try UnverifiedEnvelope(parsing: frame, maximumPayload: 1 << 16).verified(as: .endpointOrder, by: keys)
    guard let fields = try order.parsed().object else { throw Absent("order") }
    return fields
  }

  private func answer(_ order: JSONObject) async throws -> FrameAnswer {
    let isQuestion = order["action"] == "status"
    if !isQuestion { state.withLock { $0.orders.append(order) } }
    switch manner {
    case .hanging:
      // Ends when the server does.
      for await _ in AsyncStream<Never>.makeStream().stream {}
      return .close("hung")
    case .slow where !isQuestion:
      for await _ in gate.stream {}
      return .reply(act(order))
    case .dying: return .close("died")
    case .babbling(let text) where !isQuestion: return .reply(Array(text.utf8))
    case .refusing where !isQuestion: return .reply(refusal(order))
    case .refusingWeights(let text) where order["weights_hash"] == .string("\(Digest(hashing: Array(text.utf8)))"):
      return .reply(refusal(order))
    case .lying where !isQuestion: return .reply(Array(#"{"deployed":\#(order["action"] == "deploy")}"#.utf8))
    default: return .reply(act(order))
    }
  }

  private func refusal(_ order: JSONObject) -> [UInt8] {
    Array(#"{"deployed":\#(order["action"] != "deploy"),"reason":"no room\u001b[2J"}"#.utf8)
  }

  private func act(_ order: JSONObject) -> [UInt8] {
    state.withLock { state in
      let model = order["model_id"]?.string ?? ""
      switch order["action"]?.string {
      case "deploy":
        state.serving[model] = .object([
          "model_id": .string(model), "weights_hash": order["weights_hash"] ?? .null,
          "weights_kind": order["weights_kind"] ?? .null,
        ])
        return Array(#"{"deployed":true}"#.utf8)
      case "undeploy":
        state.serving[model] = nil
        return Array(#"{"deployed":false,"reason":null}"#.utf8)
      default: return JSONObject(["serving": .array(Array(state.serving.values))]).serialized()
      }
    }
  }
}
