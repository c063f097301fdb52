import Glibc

/// What went wrong between two processes, or with a socket that one of them was to serve.
package enum TransportError: Error, Equatable, CustomStringConvertible {
  case unreachable(path: String, reason: String)
  case timedOut(path: String)
  case closedByPeer(path: String)
  case exchangeInProgress(path: String)
  case frameEmpty
  case frameTooLarge(bytes: Int, limit: Int)
  case pathTooLong(path: String)
  case notASocket(path: String)
  case foreignSocket(path: String, owner: UInt32)
  case alreadyServed(path: String)
  case notAListeningSocket(descriptor: CInt)
  case socketFailed(path: String, operation: String, reason: String)
  case alreadyRun

  package static let maxPathBytes = 107

  package var description: String {
    switch self {
    case .unreachable(let path, let reason):
      "\(path): cannot connect: \(reason). Is the plane running, and may this user open its socket?"
    case .timedOut(let path): "\(path): no reply in time. The plane may still have acted on the request; ask again."
    case .closedByPeer(let path): "\(path): the other side closed the connection before it replied."
    case .exchangeInProgress(let path): "\(path): one exchange at a time on a connection; use another connection."
    case .frameEmpty: "A frame of 0 bytes was claimed; a frame has at least 1."
    case .frameTooLarge(let bytes, let limit): "A frame of \(bytes) bytes; at most \(limit) are allowed."
    case .pathTooLong(let path):
      "\(path): \(path.utf8.count) bytes are too many for the path of a Unix socket (at most \(Self.maxPathBytes)). "
        + "Use a shorter directory."
    case .notASocket(let path): "\(path): there is a file that is not a socket. Move it away; it was not touched."
    case .foreignSocket(let path, let owner):
      "\(path): there is a socket of user \(owner), who does not serve it now. Remove it, or choose another path; it was not touched."
    case .alreadyServed(let path): "\(path): another process is serving this socket. Stop it first."
    case .notAListeningSocket(let descriptor):
      "Descriptor \(descriptor): not a listening Unix stream socket. Check the .socket unit (ListenStream=)."
    case .socketFailed(let path, let operation, let reason): "\(path): \(operation): \(reason)"
    case .alreadyRun: "A server runs once; make another."
    }
  }

  /// The failure of a system call that has just set errno.
  package static func system(_ operation: String, path: String) -> TransportError {
    .socketFailed(path: path, operation: operation, reason: systemReason(errno))
  }

  static func systemReason(_ code: CInt) -> String {
    unsafe String(cString: strerror(code))
  }
}
