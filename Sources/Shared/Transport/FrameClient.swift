import Glibc
import NIOCore
import NIOPosix

/// Connects to a plane's socket.
package struct FrameClient: Sendable {
  package var maxFrameBytes: Int
  package var connectTimeout: Duration

  package init(maxFrameBytes: Int = 1 << 20, connectTimeout: Duration = .seconds(5)) {
    self.maxFrameBytes = maxFrameBytes
    self.connectTimeout = connectTimeout
  }

  /// Waits for a place in the socket's queue when others fill it. Throws `TransportError.pathTooLong` or `.unreachable`, or
  /// `CancellationError`.
  package func connect(path: String) async throws -> FrameConnection {
    guard path.utf8.count <= TransportError.maxPathBytes else { throw TransportError.pathTooLong(path: path) }
    let deadline = ContinuousClock.now + connectTimeout
    while true {
      do {
        return FrameConnection(path: path, channel: try await open(path))
      } catch let error as IOError where error.errnoCode == EAGAIN && ContinuousClock.now < deadline {
        // What a Unix socket says while its queue is full, and nothing tells when it no longer is (connect(2)).
        try await Task.sleep(for: .milliseconds(Int.random(in: 1...10)))
      } catch {
        throw TransportError.unreachable(path: path, reason: Self.reason(error))
      }
    }
  }

  private func open(_ path: String) async throws -> any Channel {
    try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(TimeAmount(connectTimeout))
      .channelInitializer { [maxFrameBytes] channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(ExchangeHandler(path: path, maxFrameBytes: maxFrameBytes))
        }
      }
      .connect(unixDomainSocketPath: path).get()
  }

  private static func reason(_ error: any Error) -> String {
    guard let error = error as? IOError else { return String(describing: error) }
    return TransportError.systemReason(error.errnoCode)
  }
}

/// A connection to a plane: one request and its reply at a time. Closed by `close`, or when nobody holds it any more.
package final class FrameConnection: Sendable {
  private let path: String
  private let channel: any Channel

  init(path: String, channel: any Channel) {
    self.path = path
    self.channel = channel
  }

  deinit {
    channel.close(promise: nil)
  }

  /// Sends one frame and returns the next that comes back.
  ///
  /// Throws `TransportError`, or `CancellationError`. After a timeout, a cancellation or a bad reply the connection is closed,
  /// so that a late reply is never taken for the next request's.
  package func exchange(_ frame: [UInt8], timeout: Duration) async throws -> [UInt8] {
    let reply = channel.eventLoop.makePromise(of: [UInt8].self)
    let exchange = Exchange(request: frame, timeout: TimeAmount(timeout), reply: reply)
    return try await withTaskCancellationHandler {
      // A closed channel fails the write, and with it the reply.
      let sent = channel.eventLoop.makePromise(of: Void.self)
      sent.futureResult.whenFailure { _ in reply.fail(TransportError.closedByPeer(path: self.path)) }
      channel.writeAndFlush(exchange, promise: sent)
      return try await reply.futureResult.get()
    } onCancel: {
      reply.fail(CancellationError())
      channel.close(promise: nil)
    }
  }

  /// False once either side has closed it.
  package var isOpen: Bool { channel.isActive }

  package func close() async {
    try? await channel.close()
  }
}
