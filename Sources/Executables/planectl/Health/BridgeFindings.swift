import FoundationEssentials

/// The process of a home's bridge. No plane needs it: one that was never started is no fault. On a host the service manager keeps it.
struct BridgeFindings {
  let home: Home

  var findings: [Finding] { home.kind == .ofOneUser && home.hasBridge ? [finding] : [] }

  private var config: String { home.config(of: Home.bridge) }

  private var finding: Finding {
    if let key = try? ConfigLine.path(of: "key", in: config), !FileManager.default.fileExists(atPath: key) {
      return .warn(
        .bridge, Home.bridge, "it cannot be started: its key \(key) is not there",
        next: "put a reader's key there, or name another in \(config)")
    }
    let process = DaemonProcess(home: home, program: Home.bridge)
    guard let pid = process.pid else { return absent }
    guard !process.isOlderThanItsConfig else {
      return .warn(
        .bridge, Home.bridge, "it runs (pid \(pid)) by an older config than is there", next: BridgeStart.restart)
    }
    return .ok(.bridge, Home.bridge, "it runs (pid \(pid))")
  }

  private var absent: Finding {
    guard FileManager.default.fileExists(atPath: home.pidFile(of: Home.bridge)) else {
      return .ok(.bridge, Home.bridge, "it is not started; planectl up --bridge starts it")
    }
    return .warn(
      .bridge, Home.bridge, "it was started, and does not run any more",
      next: "planectl up --bridge; where it ends again, the end of \(home.log(of: Home.bridge)) says why")
  }
}
