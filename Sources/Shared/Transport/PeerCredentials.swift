import CLinux
import Glibc
import NIOCore

/// Who was at the other end when the connection was made, as the kernel recorded it (SO_PEERCRED, unix(7)).
/// It says which process called, never which principal: that is the signature's to say.
package struct PeerCredentials: Sendable, Equatable, CustomStringConvertible {
  package let pid: Int32
  package let uid: UInt32
  package let gid: UInt32

  package init(pid: Int32, uid: UInt32, gid: UInt32) {
    self.pid = pid
    self.uid = uid
    self.gid = gid
  }

  package var description: String { "pid \(pid), uid \(uid), gid \(gid)" }

  /// Reads them from an accepted connection. Fails when the channel is no socket.
  static func read(from channel: any Channel) -> EventLoopFuture<PeerCredentials> {
    guard let socket = channel as? any SocketOptionProvider else {
      return channel.eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
    }
    let credentials: EventLoopFuture<clinux_peer> = socket.unsafeGetSocketOption(
      level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
    return credentials.map { PeerCredentials(pid: $0.pid, uid: $0.uid, gid: $0.gid) }
  }
}
