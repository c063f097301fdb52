import NIOCore

/// One accepted connection: reads frames while there is room for their answers, and writes the answers as they come.
///
/// Everything here runs on the connection's event loop. Reading stops, and nothing is dropped, while as many frames await
/// their answer as the limits allow, or while the peer does not read its replies.
final class ServerConnection: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private enum Phase { case open, draining, closed }

  private let socket: ServedSocket
  private let peer: PeerCredentials
  private var context: ChannelHandlerContext?
  private var decoder: FrameDecoder
  private var deadlines: ConnectionDeadlines
  private var deadlineCheck: RepeatedTask?

  private var phase = Phase.open
  private var ending = (reason: CloseReason.finished, detail: "")
  private var inFlight = (frames: 0, bytes: 0)
  private var inputEnded = false
  private var readHeld = false
  private var turnScheduled = false

  init(socket: ServedSocket, peer: PeerCredentials) {
    self.socket = socket
    self.peer = peer
    decoder = FrameDecoder(maxFrameBytes: socket.limits.maxFrameBytes)
    deadlines = ConnectionDeadlines(socket.limits, now: .now())
  }

  // MARK: Events of the channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    let interval = TimeAmount(socket.limits.deadlineCheckInterval)
    deadlineCheck = context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
      connection.value.checkDeadlines()
    }
  }

  /// Removal follows `channelInactive`, and also comes alone for a channel that never became active.
  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    deadlineCheck?.cancel()
    phase = .closed
    if inFlight.frames == 0 { leave(context.channel) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard phase == .open else { return }
    decoder.append(unwrapInboundIn(data))
    if !turnScheduled { takeTurn() }
  }

  func read(context: ChannelHandlerContext) {
    if canTakeFrame && !turnScheduled { context.read() } else { readHeld = true }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    deadlines.writability(context.channel.isWritable, now: .now())
    if context.channel.isWritable { scheduleTurn() }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case ChannelEvent.inputClosed:
      inputEnded = true
      takeTurn()
    case is ChannelShouldQuiesceEvent:
      drain(.shutdown)
    default:
      context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    close(.failed, String(describing: error))
  }

  // MARK: Reading

  private var canTakeFrame: Bool {
    phase == .open && inFlight.frames < socket.limits.maxInFlightPerConnection
      && inFlight.bytes < socket.limits.maxFrameBytes && context?.channel.isWritable == true
  }

  /// Answers the whole frames that are here, then reads on if there is room for another.
  private func takeTurn() {
    while canTakeFrame, let frame = nextFrame() { take(frame) }
    context?.flush()
    if canTakeFrame {
      awaitMore()
    } else {
      deadlines.frameNotAwaited()
    }
  }

  private func nextFrame() -> [UInt8]? {
    do {
      return try decoder.next()
    } catch {
      drain(error == .frameEmpty ? .frameEmpty : .frameTooLarge, error.description)
      return nil
    }
  }

  private func take(_ frame: [UInt8]) {
    socket.connections.countFrame()
    deadlines.frameReceived(now: .now())
    switch socket.handler.handle(frame, from: peer) {
    case .now(let answer): give(answer)
    case .later(let work): start(work, frameBytes: frame.count)
    }
  }

  private func awaitMore() {
    if inputEnded { return drain(decoder.isEmpty ? .finished : .frameTruncated) }
    if decoder.isEmpty { deadlines.frameNotAwaited() } else { deadlines.frameIncomplete(now: .now()) }
    guard readHeld else { return }
    readHeld = false
    context?.read()
  }

  /// Another turn after the other events of this loop; never from inside a flush.
  private func scheduleTurn() {
    guard let context, phase == .open, !turnScheduled else { return }
    turnScheduled = true
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    context.eventLoop.execute {
      connection.value.turnScheduled = false
      connection.value.takeTurn()
    }
  }

  // MARK: Answering

  private func start(_ work: @escaping @Sendable () async -> FrameAnswer, frameBytes: Int) {
    guard let channel = context?.channel else { return }
    let connection = NIOLoopBound(self, eventLoop: channel.eventLoop)
    let accepted = socket.work.submit {
      let answer = await work()
      channel.eventLoop.execute { connection.value.finish(answer, frameBytes: frameBytes, channel) }
    }
    guard accepted else { return close(.overloaded, "the socket's queue of work is full") }
    inFlight.frames += 1
    inFlight.bytes += frameBytes
  }

  private func finish(_ answer: FrameAnswer, frameBytes: Int, _ channel: any Channel) {
    inFlight.frames -= 1
    inFlight.bytes -= frameBytes
    guard let context else {
      if inFlight.frames == 0 { leave(channel) }
      return
    }
    give(answer)
    context.flush()
    if phase == .draining { closeWhenAnswered() } else { takeTurn() }
  }

  private func give(_ answer: FrameAnswer) {
    switch answer {
    case .reply(let bytes): write(bytes)
    case .replyAndClose(let bytes):
      write(bytes)
      drain(.refused)
    case .close(let detail): drain(.refused, detail)
    }
  }

  private func write(_ reply: [UInt8]) {
    guard let context, phase != .closed else { return }
    do {
      let frame = try context.channel.allocator.frame(reply, maxFrameBytes: socket.limits.maxFrameBytes)
      context.write(wrapOutboundOut(frame), promise: nil)
      deadlines.frameSent(now: .now())
    } catch {
      return close(.failed, "reply: \(error)")
    }
    checkUnreadReplies(context)
  }

  private func checkUnreadReplies(_ context: ChannelHandlerContext) {
    guard !context.channel.isWritable else { return }
    let unread = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    guard unread > socket.limits.maxUnreadReplyBytes else { return }
    close(.repliesUnread, "\(unread) bytes of replies wait to be read")
  }

  // MARK: Ending

  /// Since when no frame has come or gone; nil while frames await their answers.
  var waitingSince: NIODeadline? { inFlight.frames == 0 ? deadlines.lastFrame : nil }

  /// Ends for the sake of another connection.
  func makeRoom() {
    close(.displaced, "it had nothing in flight, and another connection took its place")
  }

  private func checkDeadlines() {
    if let reason = deadlines.expired(now: .now(), isWaiting: inFlight.frames == 0) { close(reason, "") }
  }

  /// Reads nothing more, and closes once everything in flight is answered and sent.
  private func drain(_ reason: CloseReason, _ detail: String = "") {
    guard phase == .open else { return }
    phase = .draining
    ending = (reason, detail)
    closeWhenAnswered()
  }

  private func closeWhenAnswered() {
    guard let context, phase == .draining, inFlight.frames == 0 else { return }
    let channel = context.channel
    // A write is done when all before it are, so an empty one marks the end of the replies.
    context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in channel.close(promise: nil) }
  }

  private func close(_ reason: CloseReason, _ detail: String) {
    guard phase != .closed else { return }
    phase = .closed
    ending = (reason, detail)
    context?.close(promise: nil)
  }

  private func leave(_ channel: any Channel) {
    socket.connections.leave(channel, reason: ending.reason)
    socket.report(ClosedConnection(socket: socket.name, peer: peer, reason: ending.reason, detail: ending.detail))
  }
}
