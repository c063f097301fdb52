import NIOCore
import NIOPosix

/// One socket of a server: where it listens, who answers, and its own limits, connections and work, so that what one
/// audience does is not felt by another.
final class ServedSocket: Sendable {
  /// Called on an event loop, once for each connection that ended.
  typealias Report = @Sendable (ClosedConnection) -> Void

  let name: String
  let handler: any FrameHandler
  let limits: TransportLimits
  let connections: ConnectionRegistry
  let work: WorkQueue
  let report: Report
  private let listener: UnixListener

  /// A dozen signed requests.
  private static let bytesPerTurn = AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 4096, maximum: 8192)

  init(
    name: String, listener: UnixListener, handler: any FrameHandler, limits: TransportLimits, report: @escaping Report
  ) {
    self.name = name
    self.listener = listener
    self.handler = handler
    self.limits = limits
    self.report = report
    connections = ConnectionRegistry(limits: limits)
    // Room for all that admitted connections may have in flight.
    work = WorkQueue(
      maxRunning: limits.maxInFlight, maxWaiting: limits.maxConnections * limits.maxInFlightPerConnection)
  }

  /// Begins to accept. The descriptor belongs to the returned channel from here on; it and every connection live on `loop`.
  func accept(on loop: any EventLoop) async throws -> any Channel {
    let channel = try await ServerBootstrap(group: loop)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(AcceptPause()) }
      }
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      // Whose turn it is ends with what was read at a time: only between reads are other connections looked at.
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelOption(.recvAllocator, value: Self.bytesPerTurn)
      .childChannelInitializer { channel in
        PeerCredentials.read(from: channel).flatMapThrowing { peer in try self.admit(channel, peer) }
      }
      .withBoundSocket(listener.descriptor).get()
    // The library has set a backlog of its own.
    try listener.listen(backlog: limits.backlog)
    return channel
  }

  /// Answers what is in flight, within the grace, and ends every connection. A cancelled task gives no grace.
  func drain(on loop: any EventLoop) async {
    await connections.drain(within: Task.isCancelled ? .zero : limits.shutdownGrace, on: loop)
    work.finish()
  }

  func removeFile() {
    listener.removeFile()
  }

  /// Throws, and the connection is closed, when it is one too many.
  private func admit(_ channel: any Channel, _ peer: PeerCredentials) throws {
    let connection = ServerConnection(socket: self, peer: peer)
    if let refusal = connections.admit(connection, on: channel, of: peer.uid) {
      report(ClosedConnection(socket: name, peer: peer, reason: refusal, detail: ""))
      throw ChannelError.ioOnClosedChannel
    }
    do {
      try channel.pipeline.syncOperations.addHandler(connection)
    } catch {
      connections.leave(channel, reason: .finished)
      throw error
    }
  }
}
