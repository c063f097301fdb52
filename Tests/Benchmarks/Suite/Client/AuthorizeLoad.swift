import Attestations
import Glibc
import PlaneContract

/// Connections that each have one `model.authorize` in flight, served by this one thread.
struct AuthorizeLoad {
  /// Every so many replies one is verified to the last signature; of the others the size must be the same.
  static let checkInterval = 50

  private let deployer: Deployer
  private var lines: [Line]

  /// A connection, its request in flight, and when that was sent.
  private struct Line {
    let connection: BlockingConnection
    var request: OutgoingRequest?
    var sentAt = ContinuousClock.now
  }

  init(_ deployer: Deployer, connections count: Int) throws {
    self.deployer = deployer
    lines = try (0..<count).map { _ in Line(connection: try BlockingConnection(deployer.socket)) }
  }

  /// Asks every question once. Returns the seconds from each request to its reply.
  mutating func run(_ questions: [GateQuestion]) throws -> [Double] {
    var remaining = questions[...]
    var latencies: [Double] = []
    latencies.reserveCapacity(questions.count)
    var size = 0
    for index in lines.indices { try send(remaining.popFirst(), on: index) }
    while latencies.count < questions.count {
      for index in try ready() {
        let reply = try lines[index].connection.receive()
        if latencies.count.isMultiple(of: Self.checkInterval), let request = lines[index].request {
          try deployer.check(reply, to: request)
          size = reply.count
        }
        // Only times and digests differ from reply to reply; their fractions may be longer or shorter.
        guard abs(reply.count - size) < 100 else { throw BenchError("a reply of \(reply.count) bytes, not \(size)") }
        latencies.append(ContinuousClock.now.since(lines[index].sentAt))
        try send(remaining.popFirst(), on: index)
      }
    }
    return latencies
  }

  private mutating func send(_ question: GateQuestion?, on index: Int) throws {
    guard let question else { return }
    let request = try deployer.request(question)
    lines[index].request = request
    lines[index].sentAt = .now
    try lines[index].connection.send(request.frame)
  }

  private func ready() throws -> [Int] {
    var descriptors = lines.map { pollfd(fd: $0.connection.descriptor, events: Int16(POLLIN), revents: 0) }
    guard poll(&descriptors, nfds_t(descriptors.count), 10_000) > 0 else { throw BenchError("no reply in 10 s") }
    return descriptors.indices.filter { descriptors[$0].revents != 0 }
  }
}
