import NIOCore
import Synchronization

/// The connections of one socket: lets them in within the limits, counts them, and ends them together.
///
/// A connection stays until its last answer is done, even when its peer has gone, so that hanging up does not make room for
/// more work. Who has nothing in flight makes room: at a limit a newcomer takes the place of the connection that has been
/// without a frame for longest, so that a crowd which only holds connections keeps nobody out.
final class ConnectionRegistry: Sendable {
  private let limits: TransportLimits
  private let state = Mutex(RegistryState())

  init(limits: TransportLimits) {
    self.limits = limits
  }

  var counters: TransportCounters { state.withLock { $0.counters } }

  /// Takes a connection in, or says why not. Called on the event loop that all connections of the socket share.
  func admit(_ connection: ServerConnection, on channel: any Channel, of user: UInt32) -> CloseReason? {
    let newcomer = RegistryMember(
      channel: channel, user: user, connection: NIOLoopBound(connection, eventLoop: channel.eventLoop))
    let (refusal, outgoing) = state.withLock { [limits] in $0.admit(newcomer, within: limits) }
    // Closing it comes back here, to be forgotten: not under the lock.
    outgoing?.connection.value.makeRoom()
    return refusal
  }

  /// Forgets an admitted connection: it is closed and none of its answers is outstanding.
  func leave(_ channel: any Channel, reason: CloseReason) {
    let drained = state.withLock { state in
      state.remove(ObjectIdentifier(channel), reason)
      return state.members.isEmpty ? state.drained : nil
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
      return state.members.values.map(\.channel)
    }
    if channels.isEmpty { drained.succeed() }
    for channel in channels { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
    let deadline = loop.scheduleTask(in: TimeAmount(grace)) { drained.succeed() }
    try? await drained.futureResult.get()
    deadline.cancel()
    for channel in channels { channel.close(promise: nil) }
  }
}

private struct RegistryMember: Sendable {
  let channel: any Channel
  let user: UInt32
  let connection: NIOLoopBound<ServerConnection>
}

private struct RegistryState {
  var members: [ObjectIdentifier: RegistryMember] = [:]
  var counters = TransportCounters()
  var drained: EventLoopPromise<Void>?
  private var membersByUser: [UInt32: Int] = [:]

  /// Lets a newcomer in, or gives the reason why not; with whoever loses its place to it.
  mutating func admit(
    _ newcomer: RegistryMember, within limits: TransportLimits
  ) -> (refusal: CloseReason?, outgoing: RegistryMember?) {
    counters.accepted += 1
    guard let limit = limitReached(by: newcomer.user, limits) else {
      add(newcomer)
      return (nil, nil)
    }
    let outgoing = limit == .shutdown ? nil : longestWaiting(of: limit == .connectionLimitPerUser ? newcomer.user : nil)
    guard let outgoing else {
      counters.closed[limit, default: 0] += 1
      return (limit, nil)
    }
    remove(ObjectIdentifier(outgoing.channel), .displaced)
    add(newcomer)
    return (nil, outgoing)
  }

  mutating func remove(_ id: ObjectIdentifier, _ reason: CloseReason) {
    guard let member = members.removeValue(forKey: id) else { return }
    let left = count(of: member.user) - 1
    membersByUser[member.user] = left > 0 ? left : nil
    counters.open -= 1
    counters.closed[reason, default: 0] += 1
  }

  private mutating func add(_ member: RegistryMember) {
    members[ObjectIdentifier(member.channel)] = member
    membersByUser[member.user, default: 0] += 1
    counters.open += 1
  }

  private func count(of user: UInt32) -> Int { membersByUser[user, default: 0] }

  private func limitReached(by user: UInt32, _ limits: TransportLimits) -> CloseReason? {
    if drained != nil { return .shutdown }
    if count(of: user) >= limits.maxConnectionsPerUser { return .connectionLimitPerUser }
    if counters.open >= limits.maxConnections { return .connectionLimit }
    return nil
  }

  /// Of this user's connections, or of those of whoever holds most, the one that has waited for longest.
  private func longestWaiting(of user: UInt32?) -> RegistryMember? {
    let waiting = members.values.compactMap { member in
      (user ?? member.user) == member.user ? member.connection.value.waitingSince.map { (member, since: $0) } : nil
    }
    let most = waiting.map { count(of: $0.0.user) }.max()
    return waiting.filter { count(of: $0.0.user) == most }.min { $0.since < $1.since }?.0
  }
}
