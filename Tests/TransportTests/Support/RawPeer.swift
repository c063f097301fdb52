import TestSupport
import Glibc

/// A peer that speaks bytes, not frames, so that it can misbehave. Never blocks a thread: it polls, with a deadline.
final class RawPeer: Sendable {
  struct Refused: Error { let code: CInt }
  struct TooSlow: Error {}

  private let socket: CInt

  init(_ path: String) throws {
    let type = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
    socket = Glibc.socket(AF_UNIX, CInt(type), 0)
    guard withUnixAddress(path, { connect(socket, $0, $1) }) == 0 else {
      let code = errno
      Glibc.close(socket)
      throw Refused(code: code)
    }
  }

  deinit { Glibc.close(socket) }

  /// Sends what the kernel takes now; returns how many bytes that was.
  @discardableResult
  func sendSome(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.withUnsafeBytes { max(0, send(socket, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))) }
  }

  func sendAll(_ bytes: [UInt8]) async throws {
    var rest = bytes[...]
    try await pollUntil {
      rest = rest.dropFirst(self.sendSome(rest))
      return rest.isEmpty
    }
  }

  func endInput() { shutdown(socket, CInt(SHUT_WR)) }

  /// What has arrived: bytes, an empty array when nothing has, nil when the connection is over.
  func receiveSome() -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = recv(socket, &buffer, buffer.count, 0)
    if count > 0 { return Array(buffer.prefix(count)) }
    return count < 0 && errno == EAGAIN ? [] : nil
  }

  /// The next `count` frames. Throws `TooSlow` when they do not come, or the connection ends first.
  func receiveFrames(_ count: Int) async throws -> [[UInt8]] {
    var received: [UInt8] = []
    var frames: [[UInt8]] = []
    try await pollUntil {
      guard let bytes = self.receiveSome() else { throw TooSlow() }
      received += bytes
      while let frame = takeFrame(&received) { frames.append(frame) }
      return frames.count >= count
    }
    return frames
  }

  /// Reads and drops until the connection is over.
  func waitForClose() async throws {
    try await pollUntil { self.receiveSome() == nil }
  }
}

private func takeFrame(_ bytes: inout [UInt8]) -> [UInt8]? {
  guard bytes.count >= 4 else { return nil }
  let length = bytes[..<4].reduce(0) { $0 << 8 | Int($1) }
  guard bytes.count >= 4 + length else { return nil }
  defer { bytes.removeFirst(4 + length) }
  return Array(bytes[4..<4 + length])
}

/// A frame on the wire, written independently of the code under test.
func wire(_ body: [UInt8]) -> [UInt8] {
  wire(claiming: UInt32(body.count)) + body
}

func wire(claiming length: UInt32) -> [UInt8] {
  withUnsafeBytes(of: length.bigEndian) { Array($0) }
}

func withUnixAddress<Result>(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
  return withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
  }
}
