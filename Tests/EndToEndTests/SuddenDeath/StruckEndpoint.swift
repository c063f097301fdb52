import Attestations
import Foundation
import Glibc
import Signing
import Synchronization
import TestSupport
import Testing
import Transport
import Wire

/// A step of a deploy through a `socket` endpoint at which the plane is killed.
enum DeployStep: String, CaseIterable, CustomTestStringConvertible {
  /// A part of the weights lies in the store.
  case copying
  /// The intent is on record and the order has come; nothing is done.
  case ordered
  /// The endpoint has done it, and has not answered.
  case acted
  /// The endpoint has said yes, and is asked what it serves.
  case confirming
  /// Killed as the order came, and again when its undoing is ordered.
  case undoing
  /// The outcome is on record and answered.
  case answered

  var testDescription: String { rawValue }
}

/// An honest service behind a `socket` endpoint that kills the plane at a step of the next deploy.
final class StruckEndpoint: FrameHandler {
  private struct State {
    var step: DeployStep?
    var isYesSaid = false
    var serving: [String: JSONValue] = [:]
  }

  private let planes: DaemonFixture
  private let state = Mutex(State())

  init(_ planes: DaemonFixture) { self.planes = planes }

  var socket: String { "\(planes.home.folder)/endpoint.sock" }

  /// The digest of what it serves as this model.
  func served(_ model: String) -> String? {
    state.withLock { $0.serving[model]?.object?["weights_hash"]?.string }
  }

  func strike(at step: DeployStep) {
    state.withLock { ($0.step, $0.isYesSaid) = (step, false) }
  }

  func handle(_ frame: [UInt8], from peer: PeerCredentials) -> FrameHandling {
    do {
      let envelope = try UnverifiedEnvelope(parsing: frame, maximumPayload: 1 << 16)
      let order = try envelope.verified(as: .endpointOrder, by: planes.home.root.keys(of: .serving))
        .parsed()
      guard let order = order.object, let action = order["action"]?.string else {
        return .now(.close("no order"))
      }
      return .now(answer(order, action))
    } catch { return .now(.close("\(error)")) }
  }

  private func answer(_ order: JSONObject, _ action: String) -> FrameAnswer {
    state.withLock { state in
      if isDue(action, &state) { return struck() }
      act(order, action, &state)
      if state.step == .acted, action == "deploy" {
        state.step = nil
        return struck()
      }
      switch action {
      case "status":
        return .reply(JSONObject(["serving": .array(Array(state.serving.values))]).serialized())
      default:
        if action == "deploy" { state.isYesSaid = true }
        return .reply(JSONObject(["deployed": .bool(action == "deploy")]).serialized())
      }
    }
  }

  /// Whether the plane is to be killed before anything is done about this order.
  private func isDue(_ action: String, _ state: inout State) -> Bool {
    switch (state.step, action) {
    case (.ordered, "deploy"): state.step = nil
    case (.undoing, "deploy"): state.step = .ordered
    case (.confirming, "status") where state.isYesSaid: state.step = nil
    default: return false
    }
    return true
  }

  private func struck() -> FrameAnswer {
    planes.strike(.serving, with: SIGKILL)
    return .close("the plane was killed")
  }

  private func act(_ order: JSONObject, _ action: String, _ state: inout State) {
    guard let model = order["model_id"]?.string else { return }
    switch action {
    case "deploy":
      state.serving[model] = .object([
        "model_id": .string(model), "weights_hash": order["weights_hash"] ?? .null,
        "weights_kind": order["weights_kind"] ?? .null,
      ])
    case "undeploy": state.serving[model] = nil
    default: return
    }
  }
}
