import NIOCore

/// The clocks of one connection: since when it waits for the rest of a frame, for its peer to read, or for anything at all.
struct ConnectionDeadlines {
  private let frame: TimeAmount
  private let write: TimeAmount
  private let idle: TimeAmount

  /// When the last whole frame came or went, or the connection was made.
  private(set) var lastFrame: NIODeadline
  /// Nil while no frame is half here, or while we ourselves do not read.
  private var frameBegan: NIODeadline?
  /// Nil while the peer keeps up.
  private var writeStalled: NIODeadline?

  init(_ limits: TransportLimits, now: NIODeadline) {
    frame = TimeAmount(limits.frameDeadline)
    write = TimeAmount(limits.writeDeadline)
    idle = TimeAmount(limits.idleTimeout)
    lastFrame = now
  }

  /// A whole frame came; what is left over belongs to the next one.
  mutating func frameReceived(now: NIODeadline) {
    lastFrame = now
    frameBegan = nil
  }

  mutating func frameSent(now: NIODeadline) {
    lastFrame = now
  }

  /// Bytes of an incomplete frame are here, and more are being read.
  mutating func frameIncomplete(now: NIODeadline) {
    if frameBegan == nil { frameBegan = now }
  }

  /// No frame is half here, or it is we who keep the peer waiting.
  mutating func frameNotAwaited() {
    frameBegan = nil
  }

  mutating func writability(_ isWritable: Bool, now: NIODeadline) {
    writeStalled = isWritable ? nil : writeStalled ?? now
  }

  /// Which deadline has passed, if any. `isWaiting`: nothing is in flight, so that silence is the peer's.
  func expired(now: NIODeadline, isWaiting: Bool) -> CloseReason? {
    if let frameBegan, now - frameBegan > frame { return .frameTimedOut }
    if let writeStalled, now - writeStalled > write { return .repliesUnread }
    if isWaiting, now - lastFrame > idle { return .idle }
    return nil
  }
}
