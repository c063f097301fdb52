import Attestations
import TestSupport

/// Where a kill landed. A kill counts once, in the first of these that its plane's remains show.
enum KillPhase: String, CaseIterable, Sendable {
  case recovering = "at start-up, while recovering"
  case undeploying = "undeploying what was revoked"
  case switching = "switching the link (intent on record, no outcome)"
  case copying = "hashing or copying weights"
  case replyLost = "committed, reply lost"
  case inFlight = "request sent, nothing committed, no reply"
  case receiving = "while another plane delivered to it"
  case undelivered = "answered, its outbox not yet delivered"
  case idle = "idle"
}

/// The kills of a run, by phase and plane.
struct KillTable {
  private(set) var counts: [KillPhase: [Role: Int]] = [:]
  /// Kills, and requests, that had no reply when the plane died.
  private(set) var inFlight = (kills: 0, requests: 0)
  /// Those of them whose effect the plane's remains show all the same.
  private(set) var committed = (kills: 0, requests: 0)
  /// Kills that left rows in the plane's outbox.
  private(set) var undelivered = 0

  var total: Int { KillPhase.allCases.reduce(0) { $0 + sum($1) } }

  mutating func add(_ autopsy: Autopsy) {
    counts[autopsy.phase, default: [:]][autopsy.plane, default: 0] += 1
    inFlight.kills += autopsy.inFlight > 0 ? 1 : 0
    inFlight.requests += autopsy.inFlight
    committed.kills += autopsy.committed > 0 ? 1 : 0
    committed.requests += autopsy.committed
    undelivered += autopsy.undelivered > 0 ? 1 : 0
  }

  private func sum(_ phase: KillPhase) -> Int { counts[phase, default: [:]].values.reduce(0, +) }

  private static func line(_ name: String, _ cells: [String]) -> String {
    let padded = cells.map { String(repeating: " ", count: max(1, 12 - $0.count)) + $0 }
    return name + String(repeating: " ", count: max(1, 52 - name.count)) + padded.joined()
  }

  /// The table in plain text.
  func text(rounds: Int, seed: UInt64) -> String {
    let planes = PlanesHome.planes
    let rows = KillPhase.allCases.map { phase in
      Self.line(phase.rawValue, planes.map { "\(counts[phase]?[$0] ?? 0)" } + ["\(sum(phase))"])
    }
    let sums = planes.map { plane in "\(counts.values.reduce(0) { $0 + ($1[plane] ?? 0) })" }
    return """
      kill table: \(rounds) rounds, \(total) kills by SIGKILL, KILL_SEED=\(seed)
      \(Self.line("where the kill landed", planes.map(\.rawValue) + ["total"]))
      \(rows.joined(separator: "\n"))
      \(Self.line("total", sums + ["\(total)"]))
      with a request in flight: \(inFlight.kills) kills, \(inFlight.requests) requests
      of these with a commit whose reply was lost: \(committed.kills) kills, \(committed.requests) requests
      with rows still in the outbox: \(undelivered) kills

      """
  }
}
