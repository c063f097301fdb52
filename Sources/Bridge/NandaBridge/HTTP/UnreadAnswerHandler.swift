import NIOCore

/// Closes the connection of a client that does not read its answer: it would keep the answer's bytes in memory for as long as it likes.
final class UnreadAnswerHandler: ChannelOutboundHandler, RemovableChannelHandler {
  typealias OutboundIn = NIOAny
  typealias OutboundOut = NIOAny

  private let patience: TimeAmount
  /// Of the oldest write that the client has not taken.
  private var deadline: Scheduled<Void>?
  private var unread = 0

  init(patience: TimeAmount) { self.patience = patience }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let written = promise ?? context.eventLoop.makePromise()
    let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    unread += 1
    written.futureResult.whenComplete { _ in handler.value.0.taken() }
    if deadline == nil {
      deadline = context.eventLoop.scheduleTask(in: patience) { handler.value.1.close(promise: nil) }
    }
    context.write(data, promise: written)
  }

  private func taken() {
    unread -= 1
    guard unread == 0 else { return }
    deadline?.cancel()
    deadline = nil
  }
}
