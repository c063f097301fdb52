import Attestations
import Foundation
import PlaneContract
import Wire

/// What a hundred thousand approvals change.
struct Scale: Section {
  let name = "scale"
  let method = """
    two homes with the shipped settings, one with \(Self.few) approvals and one with \(Self.many), every one of another model, all
    submitted, proposed and approved by two people over the sockets. The processor time of the serving plane for each
    model.authorize of random models, many as a multiple of few: the two homes are asked in turns, \(Self.requests) requests at a
    time. Measured after the approvals came, and again after a restart, once the plane has verified what it stored (it does so by
    itself after it is ready; `models_verified` of plane.status counts). Medians of \(Self.rounds) rounds.
    """

  static let few = 100
  static let many = ProcessInfo.processInfo.environment["APPROVALS"].flatMap { Int($0) } ?? 100_000
  static let requests = 2000
  static let rounds = 7
  static let restarts = 3

  func measure() throws -> Findings {
    let (few, many) = (try CrowdedHome(approvals: Self.few), try CrowdedHome(approvals: Self.many))
    var findings = Findings()
    findings.figures = [
      Figure("approvals made", Double(Self.many)),
      Figure("approvals made a second, through all three planes", many.perSecond, "/s"),
    ]
    try compare(few, many, "as they came", into: &findings)
    try findings.figures += readiness(many, &findings.samples)
    try few.restart()
    try few.waitUntilVerified()
    let verified = try many.waitUntilVerified()
    findings.figures += [
      Figure("serving-plane after a restart: CPU until \(Self.many) are verified", verified, "s"),
      Figure("serving-plane after a restart: the same, each", verified * 1e6 / Double(Self.many), "us"),
    ]
    try compare(few, many, "after a restart", into: &findings)
    return findings
  }

  private func compare(_ few: CrowdedHome, _ many: CrowdedHome, _ title: String, into findings: inout Findings) throws {
    let before = try Residence(of: many.serving).resident
    let rounds = try (0..<Self.rounds).map { _ in
      (few: try few.round(of: Self.requests), many: try many.round(of: Self.requests))
    }
    let ratio = rounds.map { $0.many.microseconds / $0.few.microseconds }.median
    findings.figures += [
      Figure("authorize \(title): CPU, \(Self.many) / \(Self.few)", ratio, "", .atMost(1.3)),
      Figure("authorize \(title): CPU, \(Self.many)", rounds.map(\.many.microseconds).median, "us"),
      Figure("authorize \(title): CPU, \(Self.few)", rounds.map(\.few.microseconds).median, "us"),
      Figure(
        "authorize \(title): latency p99, \(Self.many)", rounds.flatMap(\.many.latencies).quantile(0.99) * 1e6, "us"),
      Figure("serving-plane \(title): resident before", before, "MB"),
      Figure("serving-plane \(title): resident after", try Residence(of: many.serving).resident, "MB"),
    ]
    findings.samples.append(
      "authorize \(title)", .array(rounds.map { ["few": $0.few.json, "many": $0.many.json] }))
  }

  private func readiness(_ home: CrowdedHome, _ samples: inout JSONObject) throws -> [Figure] {
    var ready: [Role: [Double]] = [:]
    for _ in 0..<Self.restarts {
      try home.restart()
      for (plane, process) in home.planes.all { ready[plane, default: []].append(process.readyMilliseconds) }
    }
    return Home.planes.map { plane in
      samples.append("\(plane.planeName) ready_ms", .init(ready[plane] ?? []))
      return Figure("\(plane.planeName): ready with \(Self.many)", (ready[plane] ?? []).median, "ms", .atMost(1000))
    }
  }
}
