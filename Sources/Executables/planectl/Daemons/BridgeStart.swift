import Glibc

/// Starts a home's bridge and waits until it says in its log that clients can connect.
struct BridgeStart {
  private static let readyMark = " ready "

  let home: Home
  var process: DaemonProcess { DaemonProcess(home: home, program: Home.bridge) }

  /// False where it runs already.
  ///
  /// - Throws: `Failure` with the end of its log.
  func perform() async throws -> Bool {
    guard process.pid == nil else { return false }
    let log = home.log(of: Home.bridge)
    let offset = TextFile.byteCount(of: log)
    let child = try process.start()
    let end = ContinuousClock.now + Readiness.deadline
    while true {
      let text = (try? TextFile.end(of: log, after: offset)) ?? ""
      if text.contains(Self.readyMark) { return true }
      if Readiness.hasEnded(child) { throw failure("\(Home.bridge) ended at once", text) }
      guard .now < end else { throw failure("\(Home.bridge) is not ready in time", text) }
      try await Task.sleep(for: Readiness.interval)
    }
  }

  private func failure(_ message: String, _ log: String) -> Failure {
    let lines = log.split(separator: "\n").suffix(Readiness.logLines).map(String.init)
    return Failure(.unreachable, message, details: lines, hint: "its log is \(home.log(of: Home.bridge))")
  }
}
