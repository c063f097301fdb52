/// What becomes of one frame and its connection.
package enum FrameAnswer: Sendable, Equatable {
  /// Sends these bytes as one frame.
  case reply([UInt8])
  /// Sends these bytes as one frame, reads nothing more, and closes when everything in flight is answered and sent.
  case replyAndClose([UInt8])
  /// The same without a reply. The reason is for the log, not for the peer.
  case close(String)
}

/// How one frame is answered.
package enum FrameHandling: Sendable {
  /// Answered already, on the event loop.
  case now(FrameAnswer)
  /// Answered by a child task of `SocketServer.run()`. It is finished even when the peer hangs up, and cancelled when the
  /// server stops before it is done.
  case later(@Sendable () async -> FrameAnswer)
}

/// Answers the frames of one socket.
///
/// `handle` is called on an event loop, one frame of a connection after another, and must not block. Replies are sent in
/// the order of completion, so a reply must say itself which request it answers.
package protocol FrameHandler: Sendable {
  func handle(_ frame: [UInt8], from peer: PeerCredentials) -> FrameHandling
}
