import Glibc

/// A Unix socket and its frames: a 4-byte big-endian length, then that many bytes.
final class BlockingConnection {
  let descriptor: CInt

  init(_ path: String) throws {
    descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    let code = try UnixAddress(path).lend { connect(descriptor, $0, $1) }
    guard code == 0 else { throw BenchError("cannot connect to \(path): error \(errno)") }
  }

  deinit { close(descriptor) }

  func send(_ frame: [UInt8]) throws {
    let bytes = withUnsafeBytes(of: UInt32(frame.count).bigEndian, Array.init) + frame
    guard write(descriptor, bytes, bytes.count) == bytes.count else { throw BenchError("the plane takes no request") }
  }

  func receive() throws -> [UInt8] {
    let length = try read(4).reduce(0) { $0 << 8 | Int($1) }
    return try read(length)
  }

  private func read(_ count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    guard recv(descriptor, &bytes, count, CInt(MSG_WAITALL)) == count else {
      throw BenchError("the plane has closed the connection")
    }
    return bytes
  }
}
