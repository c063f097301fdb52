/// Why a connection ended.
package enum CloseReason: String, Sendable, CaseIterable {
  case finished
  case connectionLimit = "connection_limit"
  case connectionLimitPerUser = "connection_limit_per_user"
  /// It had nothing in flight, and made room for a newcomer.
  case displaced
  case frameEmpty = "frame_empty"
  case frameTooLarge = "frame_too_large"
  case frameTruncated = "frame_truncated"
  case frameTimedOut = "frame_timed_out"
  case idle
  case repliesUnread = "replies_unread"
  case refused
  case overloaded
  case shutdown
  case failed
}

/// One ended connection, for the log.
package struct ClosedConnection: Sendable {
  package let socket: String
  package let peer: PeerCredentials
  package let reason: CloseReason
  /// What exactly was wrong; may be empty.
  package let detail: String
}

/// What happened on one socket since the server was made.
package struct TransportCounters: Sendable, Equatable {
  package internal(set) var accepted: UInt64 = 0
  package internal(set) var open = 0
  package internal(set) var frames: UInt64 = 0
  package internal(set) var closed: [CloseReason: UInt64] = [:]

  package init() {}
}
