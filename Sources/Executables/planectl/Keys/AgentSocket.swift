import Glibc

/// A connection to an ssh-agent: each message is a 4-byte big-endian length and so many bytes. Everything on it, the connecting too,
/// has one deadline, because an agent may hang, and waiting for it must end.
struct AgentSocket: ~Copyable {
  enum Fault: Error, Equatable {
    case system(Int32)
    case timedOut
    case closed
    case oversized(Int)
  }

  private static let lengthByteCount = 4

  private let descriptor: Int32
  private let deadline: ContinuousClock.Instant

  init(path: String, deadline: ContinuousClock.Instant) throws(Fault) {
    self.deadline = deadline
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC | O_NONBLOCK, 0)
    guard descriptor >= 0 else { throw .system(errno) }
    try connect(to: path)
  }

  deinit { close(descriptor) }

  /// A Unix socket connects at once or not at all.
  private func connect(to path: String) throws(Fault) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { throw .system(ENAMETOOLONG) }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let code = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe Glibc.connect(descriptor, $0, size) }
    }
    guard code == 0 else { throw .system(errno) }
  }

  /// Sends one message and returns the one that answers it, which is bounded before anything is allocated for it.
  func exchange(_ message: [UInt8], maximumAnswer: Int) throws(Fault) -> [UInt8] {
    let length = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: message.count >> $0) }
    try send(length + message)
    let count = try receive(Self.lengthByteCount).reduce(0) { $0 << 8 | Int($1) }
    guard count <= maximumAnswer else { throw .oversized(count) }
    return try receive(count)
  }

  private func send(_ bytes: [UInt8]) throws(Fault) {
    var rest = bytes[...]
    while !rest.isEmpty {
      try wait(for: POLLOUT)
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if try isDone(count) { rest = rest.dropFirst(count) }
    }
  }

  private func receive(_ total: Int) throws(Fault) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: min(total, 1 << 16))
    while bytes.count < total {
      try wait(for: POLLIN)
      let wanted = min(chunk.count, total - bytes.count)
      let count = unsafe chunk.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, wanted, 0) }
      guard try isDone(count) else { continue }
      guard count > 0 else { throw .closed }
      bytes.append(contentsOf: chunk.prefix(count))
    }
    return bytes
  }

  /// False when the call is to be made again.
  private func isDone(_ count: Int) throws(Fault) -> Bool {
    guard count < 0 else { return true }
    switch errno {
    case EAGAIN, EINTR: return false
    case EPIPE, ECONNRESET: throw .closed
    case let code: throw .system(code)
    }
  }

  private func wait(for event: Int32) throws(Fault) {
    while true {
      let left = deadline - .now
      guard left > .zero else { throw .timedOut }
      let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
      var request = pollfd(fd: descriptor, events: Int16(event), revents: 0)
      let count = unsafe poll(&request, 1, Int32(clamping: milliseconds))
      if count > 0 { return }
      guard count == 0 || errno == EINTR else { throw .system(errno) }
    }
  }
}
