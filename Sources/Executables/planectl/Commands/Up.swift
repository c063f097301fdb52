import ArgumentParser
import Attestations
import PlaneContract
import Wire

struct Up: Command {
  static let configuration = CommandConfiguration(
    abstract: "Start the three planes of a home and wait until each answers.",
    discussion: """
      Does nothing for a plane that runs already. With --bridge it also starts nanda-bridge, which tells the NANDA network \
      over HTTP which models may run; nanda-bridge/config.yaml in the home says where it listens.
      """)

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
    if bridge { try await startBridge(of: home) }
  }

  private func startBridge(of home: Home) async throws {
    let start = BridgeStart(home: home)
    let isNew = try await start.perform()
    let pid = start.process.pid.map { " (pid \($0))" } ?? ""
    try console.answer(["bridge": .string(Home.bridge), "started": .bool(isNew)]) {
      ["\(Home.bridge) \(isNew ? "is ready" : "runs already")\(pid)"]
    }
  }

  private func report(_ readiness: Readiness) async throws {
    let status = try await readiness.wait()
    let process = DaemonProcess(home: readiness.session.home, plane: readiness.plane)
    let pid = process.pid.map { " (pid \($0))" } ?? ""
    let verb = readiness.child == nil ? "runs already" : "is ready"
    try console.answer(status.body) { ["\(readiness.plane.planeName) \(verb)\(pid)"] }
  }
}
