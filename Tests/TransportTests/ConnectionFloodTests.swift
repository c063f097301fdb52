import Glibc
import TestSupport
import Testing
import Transport

/// Crowds of connections. Who only holds one makes room for who asks something, so that no crowd keeps anybody out.
@Suite struct ConnectionFloodTests {
  private func limits(_ connections: Int, perUser: Int = 64) -> TransportLimits {
    var limits = TransportLimits()
    limits.maxConnections = connections
    limits.maxConnectionsPerUser = perUser
    return limits
  }

  private func expectServed(_ peer: RawPeer, _ location: SourceLocation = #_sourceLocation) async throws {
    try await peer.sendAll(wire([3]))
    #expect(try await peer.receiveFrames(1) == [[3]], sourceLocation: location)
  }

  @Test(arguments: [(1, 64), (64, 1)])
  func `a newcomer takes the place of who has waited for longest`(connections: Int, perUser: Int) async throws {
    try await withServer(ClosureHandler.echo, limits: limits(connections, perUser: perUser)) { path, server in
      let holder = try RawPeer(path)
      try await pollUntil { server.openConnections == 1 }
      let newcomer = try RawPeer(path)
      try await expectServed(newcomer)
      try await holder.waitForClose()
      #expect(server.closed(.displaced) == 1 && server.openConnections == 1)
    }
  }

  @Test func `who has asked lately stays and who never did goes`() async throws {
    try await withServer(ClosureHandler.echo, limits: limits(2)) { path, server in
      let eldest = try RawPeer(path)
      try await pollUntil { server.openConnections == 1 }
      let silent = try RawPeer(path)
      try await pollUntil { server.openConnections == 2 }
      try await expectServed(eldest)
      try await expectServed(try RawPeer(path))
      try await silent.waitForClose()
      try await expectServed(eldest)
    }
  }

  @Test func `half a frame holds no place against a newcomer`() async throws {
    try await withServer(ClosureHandler.echo, limits: limits(1)) { path, _ in
      let dribbler = try RawPeer(path)
      try await dribbler.sendAll(wire(claiming: 100) + [1, 2, 3])
      try await expectServed(try RawPeer(path))
      try await dribbler.waitForClose()
    }
  }

  @Test func `unread replies hold no place against a newcomer`() async throws {
    let large = [UInt8](repeating: 1, count: 1_000_000)
    let handler = ClosureHandler { frame, _ in .now(.reply(frame == [3] ? frame : large)) }
    try await withServer(handler, limits: limits(1)) { path, server in
      let deaf = try RawPeer(path)
      try await deaf.sendAll(wire([0]))
      try await pollUntil { server.counters["a"]?.frames == 1 }
      try await expectServed(try RawPeer(path))
      #expect(server.closed(.displaced) == 1)
    }
  }

  @Test func `when all are at work a connection too many is closed and leaving makes room`() async throws {
    let gate = Gate()
    try await withServer(ClosureHandler.echo(after: gate), limits: limits(2)) { path, server in
      let workers = [try RawPeer(path), try RawPeer(path)]
      for worker in workers { try await worker.sendAll(wire([7])) }
      try await pollUntil { await gate.waiters == 2 }
      try await RawPeer(path).waitForClose()
      try await server.waitForClosed(.connectionLimit)
      await gate.open()
      for worker in workers { #expect(try await worker.receiveFrames(1) == [[7]]) }
      try await expectServed(try RawPeer(path))
    }
  }

  @Test func `hanging up does not make room while the work goes on`() async throws {
    let gate = Gate()
    try await withServer(ClosureHandler.echo(after: gate), limits: limits(64, perUser: 1)) { path, server in
      do {
        let leaver = try RawPeer(path)
        try await leaver.sendAll(wire([1]))
        try await pollUntil { await gate.waiters == 1 }
      }
      try await RawPeer(path).waitForClose()
      try await server.waitForClosed(.connectionLimitPerUser)
      await gate.open()
      try await pollUntil { server.openConnections == 0 }
    }
  }

  @Test(.enabled(if: geteuid() == 0, "another user's connection takes root to make"))
  func `the user who holds most makes room and a user's crowd displaces nobody else`() async throws {
    try await withServer(ClosureHandler.echo, limits: limits(4, perUser: 3)) { path, server in
      try open(path, toUser: nobody)
      let lone = try RawPeer(path)
      try await pollUntil { server.openConnections == 1 }
      let crowd = try (0..<10).map { _ in try asUser(nobody) { try RawPeer(path) } }
      try await server.waitForClosed(.displaced, count: 7)
      let second = try RawPeer(path)
      try await server.waitForClosed(.displaced, count: 8)
      #expect(server.openConnections == 4)
      for peer in [lone, second] { try await expectServed(peer) }
      withExtendedLifetime(crowd) {}
    }
  }

  @Test func `a full queue of connections is waited for`() async throws {
    try await withDirectory { directory in
      let path = "\(directory)/a.sock"
      let listener = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
      #expect(withUnixAddress(path) { bind(listener, $0, $1) } == 0)
      #expect(listen(listener, 0) == 0)
      let first = try RawPeer(path)
      #expect(throws: RawPeer.Refused.self) { try RawPeer(path) }
      async let exchange = FrameClient().connect(path: path).exchange([3], timeout: .seconds(10))
      // Now somebody serves it: the queue moves, and the client that waited comes in.
      let server = SocketServer()
      try server.bind(name: "a", target: .descriptor(listener), handler: ClosureHandler.echo)
      try await running(server) {
        try await pollUntil { server.counters["a"]?.frames == 1 }
      }
      let reply = try await exchange
      #expect(reply == [3])
      withExtendedLifetime(first) {}
    }
  }

  @Test func `a queue that stays full is unreachable in the end`() async throws {
    try await withDirectory { directory in
      let path = "\(directory)/a.sock"
      let listener = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
      defer { close(listener) }
      #expect(withUnixAddress(path) { bind(listener, $0, $1) } == 0)
      #expect(listen(listener, 0) == 0)
      let first = try RawPeer(path)
      let full = TransportError.unreachable(path: path, reason: "Resource temporarily unavailable")
      await #expect(throws: full) {
        try await FrameClient(connectTimeout: .milliseconds(100)).connect(path: path)
      }
      withExtendedLifetime(first) {}
    }
  }
}

private let nobody: uid_t = 65534

/// Lets `user` connect to the socket at `path`.
private func open(_ path: String, toUser user: uid_t) throws {
  let directory = path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex)
  guard chmod(String(directory), 0o711) == 0, chmod(path, 0o666) == 0 else { throw RawPeer.Refused(code: errno) }
}

/// Runs `body` with the effective user id `user`; the caller is root.
private func asUser<Result>(_ user: uid_t, _ body: () throws -> Result) throws -> Result {
  guard seteuid(user) == 0 else { throw RawPeer.Refused(code: errno) }
  defer { seteuid(0) }
  return try body()
}
