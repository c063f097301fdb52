import Foundation
import Glibc
import Wire

/// A client that sends exactly the bytes that a test gives it.
package struct HTTPCaller: Sendable {
  package let port: UInt16
  /// How long an answer may take.
  private static let patience = 30

  package init(port: UInt16) { self.port = port }

  package func get(_ target: String, headers: [String] = []) throws -> HTTPAnswer {
    let lines = ["GET \(target) HTTP/1.1", "Host: localhost", "Connection: close"] + headers
    return try send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
  }

  /// Sends bytes and reads until the other side has nothing more to say.
  package func send(_ bytes: [UInt8]) throws -> HTTPAnswer {
    let connection = try TCPConnection(port: port, patience: Self.patience)
    connection.write(bytes)
    return try HTTPAnswer(connection.readToEnd())
  }
}

package struct HTTPAnswer: Sendable {
  package let status: Int
  /// By their names in lower case.
  package let headers: [String: String]
  package let body: [UInt8]

  package init(_ bytes: [UInt8]) throws {
    let end = bytes.indices.first { bytes[$0...].starts(with: Array("\r\n\r\n".utf8)) }
    guard let end else { throw ProcessFailure("no answer: \(String(decoding: bytes.prefix(200), as: UTF8.self))") }
    let lines = String(decoding: bytes[..<end], as: UTF8.self).components(separatedBy: "\r\n")
    guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
      throw ProcessFailure("no status: \(lines)")
    }
    self.status = status
    headers = Dictionary(
      lines.dropFirst().map { line in
        let parts = line.split(separator: ":", maxSplits: 1)
        return (parts[0].lowercased(), parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
      }, uniquingKeysWith: { $0 + ", " + $1 })
    body = Array(bytes[(end + 4)...])
  }

  package var text: String { String(decoding: body, as: UTF8.self) }

  package func json() throws -> JSONObject {
    guard let object = try StrictJSON.parse(body).object else { throw ProcessFailure("no object: \(text.prefix(200))") }
    return object
  }
}

/// A TCP connection to this host.
package final class TCPConnection: Sendable {
  private let descriptor: CInt

  /// - Parameters:
  ///   - patience: seconds that reading may wait.
  ///   - blocking: false: what the other side does not take at once is dropped.
  package init(port: UInt16, patience: Int, blocking: Bool = true) throws {
    descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw ProcessFailure("socket: error \(errno)") }
    var limit = timeval(tv_sec: patience, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else {
      let code = errno
      close(descriptor)
      throw ProcessFailure("connect: error \(code)")
    }
    if !blocking { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
  }

  deinit { close(descriptor) }

  /// Writes as much as the other side takes; false when it takes no more.
  @discardableResult
  package func write(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
      if count < 0, errno == EAGAIN { return true }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// Whether the other side has closed it, and everything that it said was read.
  package var hasEnded: Bool {
    var byte: UInt8 = 0
    let count = Glibc.recv(descriptor, &byte, 1, CInt(MSG_DONTWAIT) | CInt(MSG_PEEK))
    return count == 0 || (count < 0 && errno != EAGAIN)
  }

  /// Whether something can be read.
  package var hasAnswer: Bool {
    var byte: UInt8 = 0
    return Glibc.recv(descriptor, &byte, 1, CInt(MSG_DONTWAIT) | CInt(MSG_PEEK)) > 0
  }

  package func readToEnd() -> [UInt8] {
    var bytes: [UInt8] = []
    while let more = read(), !more.isEmpty { bytes += more }
    return bytes
  }

  /// Empty at the end; nil when nothing comes in time, or the connection was reset.
  package func read() -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    let count = Glibc.recv(descriptor, &buffer, buffer.count, 0)
    return count < 0 ? nil : Array(buffer.prefix(count))
  }
}
