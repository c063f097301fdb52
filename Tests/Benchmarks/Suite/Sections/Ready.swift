import Attestations
import PlaneContract
import Wire

/// How soon an empty plane answers, and how much memory it then holds.
struct Ready: Section {
  let name = "ready"
  let method = """
    milliseconds from before a daemon is started on a new home to its READY=1, with the making of its database; then, after
    its first signed plane.status, its resident memory with all shared libraries. Medians of \(Self.starts) homes.
    """

  static let starts = 11

  private static let sockets: [Role: SocketName] = [
    .training: .submit, .governance: .governanceRead, .serving: .servingRead,
  ]

  func measure() throws -> Findings {
    let homes = try (0..<Self.starts).map { _ in try oneHome() }
    var findings = Findings()
    for plane in Home.planes {
      let starts = homes.compactMap { $0[plane] }
      let title = plane.planeName
      let ready = starts.map(\.ready)
      findings.figures += [
        Figure("\(title): ready, empty", ready.median, "ms", .atMost(150)),
        Figure("\(title): ready, empty, the fastest", ready.min() ?? .nan, "ms"),
        Figure("\(title): resident, empty", starts.map(\.memory.resident).median, "MB", .atMost(40)),
        Figure("\(title): of it its share (Pss)", starts.map(\.memory.proportional).median, "MB"),
      ]
      findings.samples.append(title, ["ready_ms": .init(ready), "resident_mb": .init(starts.map(\.memory.resident))])
    }
    return findings
  }

  private func oneHome() throws -> [Role: (ready: Double, memory: Residence)] {
    let home = try Home()
    let planes = try home.start()
    defer { planes.stop() }
    let bridge = try Caller("bridge", of: home)
    var found: [Role: (Double, Residence)] = [:]
    for (plane, process) in planes.all {
      guard let socket = Self.sockets[plane] else { continue }
      _ = try bridge.status(on: socket)
      found[plane] = (process.readyMilliseconds, try Residence(of: process.pid))
    }
    return found
  }
}
