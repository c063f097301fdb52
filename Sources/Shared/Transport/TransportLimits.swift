/// The bounds of a socket and of its connections. Every count is per socket, so that one audience cannot use up what
/// another is served with.
package struct TransportLimits: Sendable {
  /// Largest frame either way, in bytes without the length. A larger claim closes the connection.
  package var maxFrameBytes = 1 << 20
  /// Connections at a time. One more takes the place of one that has nothing in flight, or is closed at once.
  package var maxConnections = 128
  /// Connections at a time from one user id. One more takes the place of another of that user's.
  package var maxConnectionsPerUser = 64
  /// Frames of one connection that may await their answer. Beyond it the connection is not read, and nothing is dropped.
  /// The awaiting frames together may also hold little more than `maxFrameBytes`.
  package var maxInFlightPerConnection = 32
  /// Later-answers that run at the same time. What more is admitted waits its turn.
  package var maxInFlight = 128
  /// From a frame's first byte to its last.
  package var frameDeadline = Duration.seconds(10)
  /// Without a frame either way and nothing in flight.
  package var idleTimeout = Duration.seconds(300)
  /// How long replies may wait for a peer that does not read them.
  package var writeDeadline = Duration.seconds(10)
  /// How many bytes of replies may wait for such a peer.
  package var maxUnreadReplyBytes = 4 << 20
  /// How long a shutdown waits for what is in flight.
  package var shutdownGrace = Duration.seconds(10)
  /// Connections that the kernel keeps for us until they are accepted (listen(2)).
  package var backlog: Int32 = 128

  package init() {}

  /// How often a connection looks at its deadlines; they are noticed at most this much late.
  var deadlineCheckInterval: Duration { min(frameDeadline, idleTimeout, writeDeadline) / 4 }
}
