import Glibc
import PlaneContract

/// Connections that each have one request in flight, served by this one thread.
struct Load {
  /// Every so many replies one is verified to the last signature; of the others the size must be the same.
  static let checkInterval = 50

  private let deployer: Deployer
  private var connections: [BlockingConnection]

  init(_ deployer: Deployer, connections count: Int) throws {
    self.deployer = deployer
    connections = try (0..<count).map { _ in try BlockingConnection(deployer.socket) }
  }

  /// Returns the seconds that it took.
  func run(requests: Int) throws -> Double {
    let start = ContinuousClock.now
    var pending = try connections.map { try send(on: $0) }
    var (sent, received, size) = (pending.count, 0, 0)
    while received < requests {
      for index in try ready() {
        let reply = try connections[index].receive()
        if received.isMultiple(of: Self.checkInterval) {
          try deployer.check(reply, to: pending[index])
          size = reply.count
        }
        // Only times and digests differ from reply to reply; their fractions may be longer or shorter.
        guard abs(reply.count - size) < 100 else { throw BenchError("a reply of \(reply.count) bytes, not \(size)") }
        received += 1
        guard sent < requests else { continue }
        pending[index] = try send(on: connections[index])
        sent += 1
      }
    }
    return ContinuousClock.now.since(start)
  }

  private func send(on connection: BlockingConnection) throws -> OutgoingRequest {
    let request = try deployer.request()
    try connection.send(request.frame)
    return request
  }

  private func ready() throws -> [Int] {
    var descriptors = connections.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    guard poll(&descriptors, nfds_t(descriptors.count), 10_000) > 0 else { throw BenchError("no reply in 10 s") }
    return descriptors.indices.filter { descriptors[$0].revents != 0 }
  }
}

extension ContinuousClock.Instant {
  func since(_ earlier: ContinuousClock.Instant) -> Double { (self - earlier) / .seconds(1) }
}
