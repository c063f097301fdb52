import ArgumentParser
import Attestations
import PlaneContract
import Wire

struct Up: Command {
  static let configuration = CommandConfiguration(
    abstract: "Start the three planes of a home, and its bridge if asked, and wait until each answers.",
    discussion: """
      Does nothing for what runs already. Waits a few seconds more for all planes to be well. With --bridge it also starts \
      nanda-bridge, which tells the NANDA network over HTTP which models may run, and says where it listens; \
      nanda-bridge/config.yaml in the home decides that. A bridge reads its config when it starts: after a change, \
      planectl down --bridge && planectl up --bridge.
      """)
  private static let patience = Duration.seconds(5)

  @OptionGroup var homeOptions: HomeOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Also start nanda-bridge.")
  var bridge = false

  func perform() async throws {
    let home = try Home.find(homeOptions)
    let session = try Session(anyoneAt: home)
    var starting: [Readiness] = []
    for plane in Home.planes {
      let process = DaemonProcess(home: home, plane: plane)
      let offset = TextFile.byteCount(of: home.log(of: plane))
      let child = process.pid == nil ? try process.start() : nil
      starting.append(Readiness(session: session, plane: plane, logOffset: offset, child: child))
    }
    for readiness in starting { try await report(readiness) }
    if try await !areWell(session) { Console.hint("not all of them are well: planectl doctor says why") }
    if bridge { try await startBridge(of: home) }
  }

  /// Governance has to find serving before anything may be deployed.
  private func areWell(_ session: Session) async throws -> Bool {
    let end = ContinuousClock.now + Self.patience
    while await PlaneHealth.all(session).exitStatus != nil {
      guard .now < end else { return false }
      try await Task.sleep(for: Readiness.interval)
    }
    return true
  }

  private func startBridge(of home: Home) async throws {
    let start = BridgeStart(home: home)
    let (isNew, address) = try await start.perform()
    let pid = start.process.pid.map { " (pid \($0))" } ?? ""
    let place = address.map { " at \($0)" } ?? ""
    try console.answer(["bridge": .string(Home.bridge), "started": .bool(isNew), "address": .init(address)]) {
      ["\(Home.bridge) \(isNew ? "is ready" : "runs already")\(place)\(pid)"]
    }
    guard !isNew, start.process.isOlderThanItsConfig else { return }
    Console.message(
      "\(Home.bridge) was started before \(home.config(of: Home.bridge)) was changed, and goes by what stood there")
    Console.hint(BridgeStart.restart)
  }

  private func report(_ readiness: Readiness) async throws {
    let status = try await readiness.wait()
    let process = DaemonProcess(home: readiness.session.home, plane: readiness.plane)
    let pid = process.pid.map { " (pid \($0))" } ?? ""
    let verb = readiness.child == nil ? "runs already" : "is ready"
    try console.answer(status.body) { ["\(readiness.plane.planeName) \(verb)\(pid)"] }
  }
}
