import FoundationEssentials

/// Starts a home's bridge and waits until it says in its log that clients can connect.
struct BridgeStart {
  /// What makes a running bridge go by a changed config.
  static let restart = "planectl down --bridge && planectl up --bridge"

  let home: Home
  var process: DaemonProcess { DaemonProcess(home: home, program: Home.bridge) }
  private var log: String { home.log(of: Home.bridge) }

  /// How it is then: whether it was started now or ran already, and where it listens, as far as that can be told.
  ///
  /// - Throws: `Failure` with the end of its log, or with what the home lacks.
  func perform() async throws -> (isNew: Bool, address: String?) {
    guard process.pid == nil else { return (false, runningAddress) }
    try requireFiles()
    let offset = TextFile.byteCount(of: log)
    let child = try process.start()
    let end = ContinuousClock.now + Readiness.deadline
    while true {
      let text = (try? TextFile.end(of: log, after: offset)) ?? ""
      if let address = BridgeAddress.told(in: text) { return (true, address) }
      if Readiness.hasEnded(child) { throw failure("\(Home.bridge) ended at once", text) }
      guard .now < end else { throw failure("\(Home.bridge) is not ready in time", text) }
      try await Task.sleep(for: Readiness.interval)
    }
  }

  /// By its own word, where that is not too long ago to be found; the config may have changed since.
  private var runningAddress: String? {
    let told = (try? TextFile.end(of: log, after: 0)).flatMap(BridgeAddress.told)
    return told ?? BridgeAddress.configured(in: home.config(of: Home.bridge))
  }

  /// Homes of older versions have no bridge.
  private func requireFiles() throws {
    let needed = [home.folder(of: Home.bridge), home.run(of: Home.bridge), home.config(of: Home.bridge)]
    guard let missing = needed.first(where: { !FileManager.default.fileExists(atPath: $0) }) else { return }
    throw Failure.refused(
      "no bridge is set up in this home: \(missing) is not there",
      hint:
        "was the home made by an older planectl init? then mkdir -p -m 700 \(needed[0]) \(needed[1]), and put there the "
        + "\(Home.bridge)/config.yaml of a new home (planectl init --home NEW) with this home's trust_root_digest")
  }

  private func failure(_ message: String, _ log: String) -> Failure {
    let lines = log.split(separator: "\n").suffix(Readiness.logLines).map(String.init)
    return Failure(.unreachable, message, details: lines, hint: "its log is \(self.log)")
  }
}
