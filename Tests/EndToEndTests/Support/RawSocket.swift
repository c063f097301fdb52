import Glibc
import TestSupport

/// A connection that speaks bytes, not frames, so that it can misbehave.
final class RawSocket {
  private let descriptor: CInt

  init(_ path: String) throws {
    descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let code = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard code == 0 else { throw ProcessFailure("cannot connect to \(path): error \(errno)") }
  }

  deinit { close(descriptor) }

  func send(_ bytes: [UInt8]) {
    _ = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
  }

  /// Everything that comes until the other side hangs up.
  func receivedBeforeClose() async throws -> [UInt8] {
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    try await pollUntil("the plane hangs up") {
      let count = recv(self.descriptor, &buffer, buffer.count, 0)
      if count > 0 { received += buffer.prefix(count) }
      return count == 0 || (count < 0 && errno != EAGAIN)
    }
    return received
  }
}
