import Glibc
import TestSupport

/// A connection that speaks bytes, not frames, so that it can misbehave. Closed when nobody holds it any more.
final class RawSocket: Sendable {
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
    guard code == 0 else { throw Refused(path: path, code: errno) }
  }

  /// The same, however full the socket's queue is.
  static func waiting(for path: String) async throws -> RawSocket {
    try await pollUntil("a place in the queue of \(path)") {
      do { return try RawSocket(path) } catch let refused as Refused where refused.code == EAGAIN { return nil }
    }
  }

  struct Refused: Error {
    let path: String
    let code: CInt
  }

  deinit { close(descriptor) }

  /// Sends what the kernel takes now; returns how many bytes that was.
  @discardableResult
  func send(_ bytes: some Sequence<UInt8>) -> Int {
    let bytes = Array(bytes)
    return bytes.withUnsafeBytes { max(0, Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))) }
  }

  /// Sends all, while the plane reads; what comes meanwhile goes to `received`.
  func sendAll(_ bytes: [UInt8], received: inout [UInt8]) async throws {
    var sent = 0
    try await pollUntil("the plane reads what is sent") {
      sent += send(bytes[sent...].prefix(1 << 16))
      received += receiveSome() ?? []
      return sent == bytes.count
    }
  }

  /// What has come; nil when the other side has hung up and everything was read.
  func receiveSome() -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count > 0 { return Array(buffer.prefix(count)) }
    return count < 0 && errno == EAGAIN ? [] : nil
  }

  /// Everything that comes until the other side hangs up.
  func receivedBeforeClose() async throws -> [UInt8] {
    var received: [UInt8] = []
    try await pollUntil("the plane hangs up") {
      guard let bytes = receiveSome() else { return true }
      received += bytes
      return false
    }
    return received
  }

  func endInput() { shutdown(descriptor, CInt(SHUT_WR)) }

  /// Whether the other side has hung up; reads nothing.
  var isHungUp: Bool {
    var poll = pollfd(fd: descriptor, events: 0, revents: 0)
    return Glibc.poll(&poll, 1, 0) == 1 && poll.revents & Int16(POLLHUP | POLLERR) != 0
  }
}

/// A frame as it goes over the wire.
func wire(_ body: [UInt8]) -> [UInt8] {
  withUnsafeBytes(of: UInt32(body.count).bigEndian) { Array($0) } + body
}

/// Takes the first frame off the bytes that came, when all of it is there.
func takeFrame(from bytes: inout [UInt8]) -> [UInt8]? {
  guard bytes.count >= 4 else { return nil }
  let end = bytes[..<4].reduce(0) { $0 << 8 | Int($1) } + 4
  guard bytes.count >= end else { return nil }
  defer { bytes.removeFirst(end) }
  return Array(bytes[4..<end])
}
