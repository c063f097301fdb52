import ArgumentParser
import Attestations
import PlaneContract
import Wire

struct Status: Command {
  static let configuration = CommandConfiguration(
    abstract: "Say how each of the three planes is.",
    discussion: """
      Exits 0 when all are well, 1 when one is not, 3 when one does not answer, and 5 when one is not believed. nanda-bridge, which \
      is no plane, is not asked: planectl doctor looks at how it is set up, and its /healthz says how it is.
      """)

  @OptionGroup var homeOptions: HomeOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Print OpenMetrics text, for a node exporter's textfile directory.")
  var metrics = false

  func validate() throws {
    if metrics, output.json { throw ValidationError("give --metrics or --json, not both") }
  }

  func perform() async throws {
    let session = try Session(anyoneAt: Home.find(homeOptions))
    let planes = await PlaneHealth.all(session)
    if metrics {
      var measured = PlaneMetrics()
      for health in planes { measured.add(health.plane, health.status) }
      for line in measured.lines { try console.result(line) }
    } else {
      try console.list(planes.map(\.body), Table(planes), ifEmpty: "")
    }
    guard let status = planes.exitStatus else { return }
    if status == .unreachable, let hint = planes.lazy.compactMap(\.failure?.hint).first { Console.hint(hint) }
    if status == .denied { Console.hint("planectl doctor looks closer") }
    throw status
  }
}

extension PlaneHealth {
  /// The plane's own reply, or the body of an error with the plane that it is about.
  fileprivate var body: JSONObject {
    switch answer {
    case .success(let answer): answer.body
    case .failure(let failure): failure.body(of: plane)
    }
  }
}

extension Table {
  fileprivate init(_ planes: [PlaneHealth]) {
    self.init("PLANE", "HEALTH", "VERSION", "TRUST ROOT", "UP FOR", "DETAILS")
    for health in planes {
      if let status = health.status { add(status) }
      if let failure = health.failure {
        let word = failure.status == .unreachable ? "unreachable" : "not believed"
        add(health.plane.planeName, word, "", "", "", failure.message)
      }
    }
  }

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
