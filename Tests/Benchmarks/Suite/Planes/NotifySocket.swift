import Foundation
import Glibc

/// The receiving end of sd_notify(3): what a service manager learns of a daemon's readiness.
final class NotifySocket {
  let path: String
  private let descriptor: CInt

  init(path: String) throws {
    self.path = path
    unlink(path)
    descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    let code = try UnixAddress(path).lend { bind(descriptor, $0, $1) }
    guard code == 0 else { throw BenchError("cannot listen at \(path): error \(errno)") }
  }

  deinit {
    close(descriptor)
    unlink(path)
  }

  func wait(for state: String, of process: Process, seconds: Int) throws {
    var buffer = [UInt8](repeating: 0, count: 512)
    var descriptors = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
    for _ in 0..<(10 * seconds) {
      guard process.isRunning else { throw BenchError("ended before \(state)") }
      guard poll(&descriptors, 1, 100) > 0 else { continue }
      let count = recv(descriptor, &buffer, buffer.count, 0)
      let lines = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).split(separator: "\n")
      if lines.contains(Substring(state)) { return }
    }
    throw BenchError("no \(state) in \(seconds) s")
  }
}

/// The address of a Unix socket, as the C calls take it.
struct UnixAddress {
  private var address = sockaddr_un()

  init(_ path: String) throws {
    address.sun_family = sa_family_t(AF_UNIX)
    guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw BenchError("\(path) is too long")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
  }

  func lend(_ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
    withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
  }
}
