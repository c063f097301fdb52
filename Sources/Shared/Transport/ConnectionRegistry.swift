import NIOCore
import Synchronization

/// The connections of one socket: admits them within the limits, counts them, and ends them together.
///
/// A connection stays until its last answer is done, even when its peer has gone, so that hanging up does not make room for
/// more work.
final class ConnectionRegistry: Sendable {
  private struct State {
    var channels: [ObjectIdentifier: any Channel] = [:]
    var connectionsByUser: [UInt32: Int] = [:]
    var counters = TransportCounters()
    var drained: EventLoopPromise<Void>?
  }

  private let limits: TransportLimits
  private let state = Mutex(State())

  init(limits: TransportLimits) {
    self.limits = limits
  }

  var counters: TransportCounters { state.withLock { $0.counters } }

  /// Takes a connection in, or says why not.
  func admit(_ channel: any Channel, of user: UInt32) -> CloseReason? {
    state.withLock { state in
      state.counters.accepted += 1
      guard let refusal = refusal(of: user, state) else {
        state.channels[ObjectIdentifier(channel)] = channel
        state.connectionsByUser[user, default: 0] += 1
        state.counters.open += 1
        return nil
      }
      state.counters.closed[refusal, default: 0] += 1
      return refusal
    }
  }

  private func refusal(of user: UInt32, _ state: borrowing State) -> CloseReason? {
    if state.drained != nil { return .shutdown }
    if state.counters.open >= limits.maxConnections { return .connectionLimit }
    if state.connectionsByUser[user, default: 0] >= limits.maxConnectionsPerUser { return .connectionLimitPerUser }
    return nil
  }

  /// Forgets an admitted connection: it is closed and none of its answers is outstanding.
  func leave(_ channel: any Channel, of user: UInt32, reason: CloseReason) {
    let drained: EventLoopPromise<Void>? = state.withLock { state in
      guard state.channels.removeValue(forKey: ObjectIdentifier(channel)) != nil else { return nil }
      let left = state.connectionsByUser[user, default: 1] - 1
      state.connectionsByUser[user] = left > 0 ? left : nil
      state.counters.open -= 1
      state.counters.closed[reason, default: 0] += 1
      return state.channels.isEmpty ? state.drained : nil
    }
    drained?.succeed()
  }

  func countFrame() {
    state.withLock { $0.counters.frames += 1 }
  }

  /// Admits nobody more, lets every connection answer what is in flight, and after the grace closes what is left.
  func drain(within grace: Duration, on loop: any EventLoop) async {
    let drained = loop.makePromise(of: Void.self)
    let channels = state.withLock { state in
      state.drained = drained
      return Array(state.channels.values)
    }
    if channels.isEmpty { drained.succeed() }
    for channel in channels { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
    let deadline = loop.scheduleTask(in: TimeAmount(grace)) { drained.succeed() }
    try? await drained.futureResult.get()
    deadline.cancel()
    for channel in channels { channel.close(promise: nil) }
  }
}
