import NIOCore

/// A request, and where its reply goes.
struct Exchange: Sendable {
  let request: [UInt8]
  let timeout: TimeAmount
  let reply: EventLoopPromise<[UInt8]>
}

/// The client's side of a connection: writes a request, reads its reply, and waits for one at a time.
final class ExchangeHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = Exchange
  typealias OutboundOut = ByteBuffer

  private let path: String
  private let maxFrameBytes: Int
  private var decoder: FrameDecoder
  private var pending: (reply: EventLoopPromise<[UInt8]>, deadline: Scheduled<Void>)?

  init(path: String, maxFrameBytes: Int) {
    self.path = path
    self.maxFrameBytes = maxFrameBytes
    decoder = FrameDecoder(maxFrameBytes: maxFrameBytes)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let exchange = unwrapOutboundIn(data)
    do {
      guard pending == nil else { throw TransportError.exchangeInProgress(path: path) }
      let frame = try context.channel.allocator.frame(exchange.request, maxFrameBytes: maxFrameBytes)
      expectReply(to: exchange, context)
      context.write(wrapOutboundOut(frame), promise: promise)
    } catch {
      exchange.reply.fail(error)
      promise?.fail(error)
    }
  }

  private func expectReply(to exchange: Exchange, _ context: ChannelHandlerContext) {
    let (handler, path) = (NIOLoopBound((self, context), eventLoop: context.eventLoop), path)
    let deadline = context.eventLoop.scheduleTask(in: exchange.timeout) {
      let (handler, context) = handler.value
      handler.fail(.timedOut(path: path), context)
    }
    pending = (exchange.reply, deadline)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // Kept, they would be taken for the next request's reply. What arrives just after the next request was sent cannot be
    // told apart here: the reply itself says which request it answers.
    guard pending != nil else { return context.close(promise: nil) }
    decoder.append(unwrapInboundIn(data))
    do {
      guard let reply = try decoder.next() else { return }
      settle { $0.succeed(reply) }
      if !decoder.isEmpty { context.close(promise: nil) }
    } catch {
      fail(error, context)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    settle { [path] in $0.fail(TransportError.closedByPeer(path: path)) }
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    fail(.closedByPeer(path: path), context)
  }

  private func fail(_ error: TransportError, _ context: ChannelHandlerContext) {
    settle { $0.fail(error) }
    context.close(promise: nil)
  }

  private func settle(_ outcome: (EventLoopPromise<[UInt8]>) -> Void) {
    guard let (reply, deadline) = pending else { return }
    pending = nil
    deadline.cancel()
    outcome(reply)
  }
}
