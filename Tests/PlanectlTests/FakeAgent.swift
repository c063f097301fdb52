import Foundation
import Glibc

/// Something that listens where an ssh-agent should, and answers each message with the bytes that the test says.
final class FakeAgent: Sendable {
  /// Takes a message without its length; gives every byte to send back, the length before it too. Nil hangs up, an empty answer
  /// keeps the caller waiting.
  typealias Answer = @Sendable (_ message: [UInt8]) -> [UInt8]?

  let path: String
  private let listener: Int32

  init(path: String, answer: @escaping Answer) throws {
    self.path = path
    unlink(path)
    let listener = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
    let isListening = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 && listen(listener, 4) == 0
      }
    }
    guard isListening else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    Thread.detachNewThread {
      while case let connection = accept(listener, nil, nil), connection >= 0 { Self.serve(connection, answer) }
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  /// A message with its length before it.
  static func frame(_ message: [UInt8]) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: message.count >> $0) } + message
  }

  private static func serve(_ connection: Int32, _ answer: Answer) {
    defer { close(connection) }
    guard let head = read(4, from: connection),
      let message = read(head.reduce(0) { $0 << 8 | Int($1) }, from: connection), let reply = answer(message)
    else { return }
    _ = reply.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    // Until the caller has gone.
    _ = read(1, from: connection)
  }

  private static func read(_ count: Int, from connection: Int32) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = bytes.withUnsafeMutableBytes { recv(connection, $0.baseAddress, $0.count, Int32(MSG_WAITALL)) }
    return got == count ? bytes : nil
  }
}
