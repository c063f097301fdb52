import Glibc
import TestSupport
import Testing
import Transport

@Suite struct ClientTests {
  private static let patience = Duration.seconds(10)

  @Test func `requests follow one another on a connection`() async throws {
    try await withServer(ClosureHandler.echoLater) { path, _ in
      let connection = try await FrameClient().connect(path: path)
      for number in UInt8(1)...20 {
        #expect(try await connection.exchange([number], timeout: Self.patience) == [number])
      }
      await connection.close()
    }
  }

  @Test func `large frames go both ways`() async throws {
    try await withServer(ClosureHandler.echo) { path, _ in
      let frame = [UInt8](repeating: 0x61, count: 1 << 20)
      let connection = try await FrameClient().connect(path: path)
      #expect(try await connection.exchange(frame, timeout: Self.patience) == frame)
    }
  }

  @Test func `an absent plane is unreachable and the error names its socket`() async throws {
    let path = "/tmp/nt-absent/a.sock"
    await #expect(throws: TransportError.unreachable(path: path, reason: "No such file or directory")) {
      try await FrameClient().connect(path: path)
    }
  }

  @Test func `a dead plane's socket is unreachable`() async throws {
    try await withDirectory { directory in
      let path = "\(directory)/a.sock"
      let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
      #expect(withUnixAddress(path) { bind(descriptor, $0, $1) } == 0)
      close(descriptor)
      await #expect(throws: TransportError.unreachable(path: path, reason: "Connection refused")) {
        try await FrameClient().connect(path: path)
      }
    }
  }

  @Test func `a path too long is named as such`() async throws {
    let path = "/tmp/" + String(repeating: "x", count: 103)
    await #expect(throws: TransportError.pathTooLong(path: path)) { try await FrameClient().connect(path: path) }
  }

  @Test func `no reply in time is a timeout and a late reply is never taken for the next`() async throws {
    let gate = Gate()
    try await withServer(ClosureHandler.echo(after: gate)) { path, _ in
      let connection = try await FrameClient().connect(path: path)
      await #expect(throws: TransportError.timedOut(path: path)) {
        try await connection.exchange([1], timeout: .milliseconds(50))
      }
      await gate.open()
      await #expect(throws: TransportError.closedByPeer(path: path)) {
        try await connection.exchange([2], timeout: Self.patience)
      }
    }
  }

  @Test func `a plane that hangs up ends the exchange`() async throws {
    try await withServer(ClosureHandler { _, _ in .now(.close("test")) }) { path, _ in
      let connection = try await FrameClient().connect(path: path)
      await #expect(throws: TransportError.closedByPeer(path: path)) {
        try await connection.exchange([1], timeout: Self.patience)
      }
    }
  }

  @Test func `a reply beyond the limit is refused`() async throws {
    let handler = ClosureHandler { _, _ in .now(.reply([UInt8](repeating: 0, count: 101))) }
    try await withServer(handler) { path, _ in
      let connection = try await FrameClient(maxFrameBytes: 100).connect(path: path)
      await #expect(throws: TransportError.frameTooLarge(bytes: 101, limit: 100)) {
        try await connection.exchange([1], timeout: Self.patience)
      }
    }
  }

  @Test func `a request beyond the limit is not sent and the connection stays good`() async throws {
    try await withServer(ClosureHandler.echo) { path, server in
      let connection = try await FrameClient(maxFrameBytes: 100).connect(path: path)
      await #expect(throws: TransportError.frameTooLarge(bytes: 101, limit: 100)) {
        try await connection.exchange([UInt8](repeating: 0, count: 101), timeout: Self.patience)
      }
      await #expect(throws: TransportError.frameEmpty) { try await connection.exchange([], timeout: Self.patience) }
      #expect(try await connection.exchange([1], timeout: Self.patience) == [1])
      #expect(server.counters["a"]?.frames == 1)
    }
  }

  @Test func `a second exchange at the same time is refused`() async throws {
    let gate = Gate()
    try await withServer(ClosureHandler.echo(after: gate)) { path, _ in
      let connection = try await FrameClient().connect(path: path)
      async let first = connection.exchange([1], timeout: Self.patience)
      try await pollUntil { await gate.waiters == 1 }
      await #expect(throws: TransportError.exchangeInProgress(path: path)) {
        try await connection.exchange([2], timeout: Self.patience)
      }
      await gate.open()
      #expect(try await first == [1])
    }
  }

  @Test func `bytes that nobody asked for end the connection`() async throws {
    try await withDirectory { directory in
      let path = "\(directory)/a.sock"
      let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
      defer { close(descriptor) }
      #expect(withUnixAddress(path) { bind(descriptor, $0, $1) } == 0)
      #expect(listen(descriptor, 1) == 0)
      let connection = try await FrameClient().connect(path: path)
      let accepted = accept(descriptor, nil, nil)
      defer { close(accepted) }
      let uninvited = wire([1])
      #expect(send(accepted, uninvited, uninvited.count, CInt(MSG_NOSIGNAL)) == uninvited.count)
      var byte: UInt8 = 0
      try await pollUntil { recv(accepted, &byte, 1, CInt(MSG_DONTWAIT)) == 0 }
      await #expect(throws: TransportError.closedByPeer(path: path)) {
        try await connection.exchange([2], timeout: Self.patience)
      }
    }
  }

  @Test func `cancelling an exchange ends it`() async throws {
    let gate = Gate()
    try await withServer(ClosureHandler.echo(after: gate)) { path, _ in
      let connection = try await FrameClient().connect(path: path)
      await #expect(throws: CancellationError.self) {
        try await withThrowingTaskGroup { group in
          group.addTask { try await connection.exchange([1], timeout: Self.patience) }
          try await pollUntil { await gate.waiters == 1 }
          group.cancelAll()
          try await group.waitForAll()
        }
      }
      await gate.open()
    }
  }

  @Test func `a connection that nobody holds is closed`() async throws {
    try await withServer(ClosureHandler.echo) { path, server in
      do {
        let connection = try await FrameClient().connect(path: path)
        #expect(try await connection.exchange([1], timeout: Self.patience) == [1])
      }
      try await pollUntil { server.openConnections == 0 }
    }
  }
}
