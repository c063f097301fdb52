import ArgumentParser
import Attestations
import PlaneContract
import Wire

struct Status: Command {
  static let configuration = CommandConfiguration(abstract: "Say how each of the three planes is.")

  @OptionGroup var homeOptions: HomeOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Print OpenMetrics text, for a node exporter's textfile directory.")
  var metrics = false

  func validate() throws {
    if metrics, output.json { throw ValidationError("give --metrics or --json, not both") }
  }

  func perform() async throws {
    let session = try Session(anyoneAt: Home.find(homeOptions))
    var table = Table("PLANE", "HEALTH", "VERSION", "TRUST ROOT", "UP FOR", "DETAILS")
    var bodies: [JSONObject] = []
    var measured = PlaneMetrics()
    var failures: [Failure] = []
    for plane in Home.planes {
      do {
        let answer = try await session.status(of: plane)
        table.add(answer.value)
        measured.add(plane, answer.value)
        bodies.append(answer.body)
      } catch {
        let failure = Failure(explaining: error)
        measured.add(plane, nil)
        table.add(
          plane.planeName, failure.status == .unreachable ? "unreachable" : "not believed", "", "", "", failure.message)
        bodies.append(failure.body(of: plane))
        failures.append(failure)
      }
    }
    if metrics {
      for line in measured.lines { try console.result(line) }
    } else {
      try console.list(bodies, table, ifEmpty: "")
    }
    try end(failures)
  }

  private func end(_ failures: [Failure]) throws {
    guard !failures.isEmpty else { return }
    if failures.contains(where: { $0.status == .unreachable }) {
      Console.hint("planectl up starts the planes; where one ends again, the end of its log says why")
    }
    throw failures.contains { $0.status == .unverified } ? ExitStatus.unverified : .unreachable
  }
}

extension Table {
  fileprivate mutating func add(_ status: PlaneStatus) {
    let counters = status.counters.members.map { "\($0.key) \($0.value.string ?? $0.value.jsonText)" }
    let uptime = max(0, Timestamp.now().seconds(since: status.startedAt))
    add(
      status.plane.text, status.health, status.version, "\(status.trustRootVersion)", TimeSpan.text(uptime),
      counters.joined(separator: ", "))
  }
}

extension Failure {
  /// The body of an error, with the plane that it is about.
  func body(of plane: Role) -> JSONObject {
    var fields: JSONObject = ["plane": .string(plane.planeName)]
    for member in body.members { fields.append(member.key, member.value) }
    return fields
  }
}
