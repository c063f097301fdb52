import ArgumentParser
import Attestations
import PlaneContract
import Wire

struct Down: Command {
  static let configuration = CommandConfiguration(
    abstract: "Stop the three planes of a home, and its bridge, and wait until they are gone.",
    discussion: "With --bridge the planes go on, and the bridge alone is stopped.")
  private static let deadline = Duration.seconds(20)

  @OptionGroup var homeOptions: HomeOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Stop nanda-bridge alone.")
  var bridge = false

  func perform() async throws {
    let home = try Home.find(homeOptions)
    let programs = [Home.bridge] + (bridge ? [] : Home.planes.map(\.planeName))
    let processes = programs.map { DaemonProcess(home: home, program: $0) }
    let running = processes.filter { $0.askToEnd() }
    // Of one that has ended by itself nothing is to be expected any more.
    for process in processes where process.pid == nil { process.forgetPid() }
    guard !running.isEmpty else {
      return Console.message(bridge ? "\(Home.bridge) of \(home.path) does not run" : "no plane of \(home.path) runs")
    }
    let left = try await wait(for: running)
    for process in running where !left.contains(process.program) {
      process.forgetPid()
      try console.answer(["plane": .string(process.program), "stopped": true]) {
        ["\(process.program) has stopped"]
      }
    }
    guard left.isEmpty else { throw failure(left) }
  }

  /// Those that have not ended in time.
  private func wait(for processes: [DaemonProcess]) async throws -> [String] {
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: Self.deadline)
    while true {
      let left = processes.filter { $0.pid != nil }.map(\.program)
      if left.isEmpty || clock.now >= end { return left }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  private func failure(_ left: [String]) -> Failure {
    let names = left.joined(separator: ", ")
    return .refused("still running after 20 s: \(names)", hint: "the log beside its config says what it waits for")
  }
}
