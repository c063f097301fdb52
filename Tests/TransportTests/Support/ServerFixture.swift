import TestSupport
import Glibc
import Transport

/// Answers with a closure.
struct ClosureHandler: FrameHandler {
  let answer: @Sendable ([UInt8], PeerCredentials) -> FrameHandling

  init(_ answer: @escaping @Sendable ([UInt8], PeerCredentials) -> FrameHandling) {
    self.answer = answer
  }

  func handle(_ frame: [UInt8], from peer: PeerCredentials) -> FrameHandling {
    answer(frame, peer)
  }

  static let echo = ClosureHandler { frame, _ in .now(.reply(frame)) }
  static let echoLater = ClosureHandler { frame, _ in .later { .reply(frame) } }

  /// Echoes once the gate is open.
  static func echo(after gate: Gate) -> ClosureHandler {
    ClosureHandler { frame, _ in
      .later {
        await gate.pass()
        return .reply(frame)
      }
    }
  }
}

/// Holds tasks until it is opened.
actor Gate {
  private var isOpen = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  var waiters: Int { waiting.count }

  func pass() async {
    if isOpen { return }
    await withCheckedContinuation { waiting.append($0) }
  }

  func open() {
    isOpen = true
    for waiter in waiting { waiter.resume() }
    waiting = []
  }
}

/// Runs `body` with a directory whose path is short enough for sockets, and removes it.
func withDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
  var template = Array("/tmp/nt-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { throw RawPeer.Refused(code: errno) }
  let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  defer {
    for name in ["a.sock", "b.sock"] { unlink("\(directory)/\(name)") }
    rmdir(directory)
  }
  return try await body(directory)
}

/// Runs `body` against a server on one socket, then stops the server and waits for it.
func withServer<Result: Sendable>(
  _ handler: any FrameHandler, limits: TransportLimits = TransportLimits(),
  _ body: (String, SocketServer) async throws -> Result
) async throws -> Result {
  try await withDirectory { directory in
    let path = "\(directory)/a.sock"
    let server = SocketServer(limits: limits)
    try server.bind(name: "a", target: .path(path), handler: handler)
    return try await running(server) { try await body(path, server) }
  }
}

func running<Result>(_ server: SocketServer, _ body: () async throws -> Result) async throws -> Result {
  async let run: Void = server.run()
  do {
    let result = try await body()
    server.shutdown()
    try await run
    return result
  } catch {
    server.shutdown()
    try await run
    throw error
  }
}

extension SocketServer {
  func closed(_ reason: CloseReason) -> UInt64 { counters["a"]?.closed[reason] ?? 0 }
  var openConnections: Int { counters["a"]?.open ?? 0 }

  /// Waits until connections have ended for this reason.
  func waitForClosed(_ reason: CloseReason, count: UInt64 = 1) async throws {
    try await pollUntil { self.closed(reason) >= count }
  }
}

func fileMode(_ path: String) -> mode_t? {
  var status = stat()
  return lstat(path, &status) == 0 ? status.st_mode : nil
}

/// For a test that runs in a process of its own: the connections of tests that run beside it in the parent are not its to
/// keep open.
func closeInheritedSockets() {
  for descriptor in CInt(3)..<1024 {
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK { close(descriptor) }
  }
}
