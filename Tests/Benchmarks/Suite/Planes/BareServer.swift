import Foundation
import Glibc

/// The least that a server of the same answer does: for every request it reads it writes bytes that are ready, a thread a connection. What
/// it reaches beside `wrk` on the same processors is about what there is to reach.
final class BareServer: Sendable {
  let url: String
  private let listener: CInt

  /// - Parameter answer: a whole answer, head and body.
  init(answering answer: [UInt8]) throws {
    let port = try FreePort.number()
    let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard FreePort.bind(listener, to: port), listen(listener, 64) == 0 else {
      throw BenchError("cannot listen at \(port)")
    }
    url = "http://127.0.0.1:\(port)/"
    self.listener = listener
    Thread.detachNewThread {
      while case let connection = accept(listener, nil, nil), connection >= 0 {
        Thread.detachNewThread { Self.serve(connection, answer) }
      }
    }
  }

  func stop() { shutdown(listener, CInt(SHUT_RDWR)) }

  /// A request of `wrk` comes in one piece, and the next one after its answer.
  private static func serve(_ connection: CInt, _ answer: [UInt8]) {
    var on: CInt = 1
    setsockopt(connection, CInt(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<CInt>.size))
    var request = [UInt8](repeating: 0, count: 4096)
    while recv(connection, &request, request.count, 0) > 0 {
      var sent = 0
      while sent < answer.count {
        let count = answer.withUnsafeBytes { bytes in
          let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
          return send(connection, rest.baseAddress, rest.count, CInt(MSG_NOSIGNAL))
        }
        guard count > 0 else { break }
        sent += count
      }
    }
    close(connection)
  }

  /// The answer of a server that is there, as it sends it.
  static func answer(of url: String) throws -> [UInt8] {
    Array(try Command.run("/usr/bin/curl", ["-si", "--http1.1", url]).utf8)
  }
}
