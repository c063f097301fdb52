import NIOCore
import NIOPosix
import Synchronization

/// Serves frames on a process's Unix sockets.
///
/// `bind` each socket, then `run` once. From `bind` on peers may connect; who connects before `run` waits.
package final class SocketServer: Sendable {
  private struct State {
    var sockets: [ServedSocket] = []
    var hasRun = false
  }

  private let limits: TransportLimits
  private let report: ServedSocket.Report
  private let state = Mutex(State())
  private let stopRequested: AsyncStream<Never>
  private let stop: AsyncStream<Never>.Continuation

  /// Each socket has a thread that reads and answers, so that a flood on one is not felt on another. `onClose` is called on it
  /// for each connection that ended, also for those turned away, and must not block.
  package init(
    limits: TransportLimits = TransportLimits(), onClose: @escaping @Sendable (ClosedConnection) -> Void = { _ in }
  ) {
    self.limits = limits
    report = onClose
    (stopRequested, stop) = AsyncStream.makeStream()
  }

  /// Opens a socket that `handler` will answer; `name` is for counters and logs. Throws `TransportError`.
  package func bind(name: String, target: ListenTarget, handler: any FrameHandler) throws(TransportError) {
    guard !state.withLock(\.hasRun) else { throw .alreadyRun }
    let listener = try UnixListener.open(target, backlog: limits.backlog)
    let socket = ServedSocket(name: name, listener: listener, handler: handler, limits: limits, report: report)
    state.withLock { $0.sockets.append(socket) }
  }

  /// The counters of each socket, by its name.
  package var counters: [String: TransportCounters] {
    let sockets = state.withLock(\.sockets)
    return Dictionary(sockets.map { ($0.name, $0.connections.counters) }, uniquingKeysWith: { first, _ in first })
  }

  /// Ends `run`: accepts nobody more, answers what is in flight within `shutdownGrace`, and closes.
  package func shutdown() {
    stop.finish()
  }

  /// Serves until `shutdown` or cancellation; later-answers are its child tasks, so that cancelling it cancels them. When it
  /// returns every connection is closed and the sockets' files are gone. Throws when a socket cannot be served.
  package func run() async throws {
    let sockets = try begin()
    defer { for socket in sockets { socket.removeFile() } }
    let loops = MultiThreadedEventLoopGroup(numberOfThreads: max(1, sockets.count))
    do {
      try await serve(sockets.map { ($0, loops.next()) })
    } catch {
      try? await loops.shutdownGracefully()
      throw error
    }
    try await loops.shutdownGracefully()
  }

  private func begin() throws(TransportError) -> [ServedSocket] {
    let sockets: [ServedSocket]? = state.withLock { state in
      guard !state.hasRun else { return nil }
      state.hasRun = true
      return state.sockets
    }
    guard let sockets else { throw .alreadyRun }
    return sockets
  }

  private func serve(_ sockets: [(socket: ServedSocket, loop: any EventLoop)]) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (socket, _) in sockets { group.addTask { await socket.work.run() } }
      var channels: [any Channel] = []
      for (socket, loop) in sockets { channels.append(try await socket.accept(on: loop)) }
      // Ends when the stream is finished, and also when this task is cancelled.
      for await _ in stopRequested {}
      for channel in channels { try? await channel.close() }
      await withTaskGroup { draining in
        for (socket, loop) in sockets { draining.addTask { await socket.drain(on: loop) } }
      }
      // What outlived the grace is told to give up.
      group.cancelAll()
    }
  }
}
