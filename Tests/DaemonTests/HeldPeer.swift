import Attestations
import Daemon
import PlaneContract
import Synchronization
import TestSupport
import Transport
import Wire

/// The serving plane's side of a delivery: it admits what comes, and answers each kind once it is released.
final class HeldPeer: FrameHandler {
  private struct State {
    var arrived: [MessageKind] = []
    var released: Set<MessageKind> = []
    var held: [MessageKind: [CheckedContinuation<Void, Never>]] = [:]
  }

  private let house: TestHouse
  private let clock: any PlaneClock
  /// What refuses a delivery by the text in its body; nil accepts it.
  private let judge: @Sendable (JSONObject) -> Refusal?
  private let state = Mutex(State())

  init(
    _ house: TestHouse, clock: any PlaneClock,
    refusing judge: @escaping @Sendable (JSONObject) -> Refusal? = { _ in nil }
  ) {
    (self.house, self.clock, self.judge) = (house, clock, judge)
  }

  /// The kinds in the order in which they came.
  var arrived: [MessageKind] { state.withLock(\.arrived) }

  func release(_ kind: MessageKind) {
    let held = state.withLock { state in
      state.released.insert(kind)
      return state.held.removeValue(forKey: kind) ?? []
    }
    for continuation in held { continuation.resume() }
  }

  private func released(_ kind: MessageKind) async {
    await withCheckedContinuation { continuation in
      let isReleased = state.withLock { state in
        if !state.released.contains(kind) { state.held[kind, default: []].append(continuation) }
        return state.released.contains(kind)
      }
      if isReleased { continuation.resume() }
    }
  }

  func handle(_ frame: [UInt8], from peer: PeerCredentials) -> FrameHandling {
    .later { [self] in
      do { return .reply(try await answer(frame)) } catch { return .close("\(error)") }
    }
  }

  private func answer(_ frame: [UInt8]) async throws -> [UInt8] {
    let plane = try house.principal("serving-plane").id
    let request = try Admission(plane: plane, root: house.root).admit(frame, on: .control, now: clock.now())
    state.withLock { $0.arrived.append(request.kind) }
    await released(request.kind)
    let writer = ReplyWriter(plane: plane, signer: try house.key("serving-plane"))
    if let refusal = judge(request.body) {
      return try writer.error(refusal, to: ReplyAddress(request), now: clock.now())
    }
    return try writer.result(Acceptance(digest: request.verified.digest).fields, of: request, now: clock.now())
  }
}
