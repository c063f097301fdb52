import NIOCore

/// Stops accepting for a second when the kernel cannot give us another connection: out of descriptors or memory (accept(2):
/// EMFILE, ENFILE, ENOBUFS, ENOMEM). Open connections go on; new ones wait in the backlog.
///
/// swift-nio's `AcceptBackoffHandler` delays the next read, but a listening channel whose accept failed stays registered for
/// reading, and spins. Switching `autoRead` off is what takes it out of epoll.
final class AcceptPause: ChannelInboundHandler {
  typealias InboundIn = any Channel

  private static let pause = TimeAmount.seconds(1)

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // Other errors are those of one connection that did not get in.
    guard error is IOError, let options = context.channel.syncOptions else { return }
    try? options.setOption(.autoRead, value: false)
    let bound = NIOLoopBound(options, eventLoop: context.eventLoop)
    context.eventLoop.scheduleTask(in: Self.pause) { try? bound.value.setOption(.autoRead, value: true) }
  }
}
