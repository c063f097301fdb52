import Daemon
import Logging
import ServiceLifecycle
import Synchronization
import WeightsDigest
import Wire

/// Hashes the bytes of what runs again, each deployment once in an interval, slowly and one at a time. What no longer is what was
/// approved, in the store or at the endpoint, is undeployed at once: somebody has changed it behind the plane's back.
///
/// A failure to read proves nothing either way. It is critical, and tried again.
struct DeploymentReverification: Service {
  private static let tick = Duration.seconds(5)

  private let service: DeploymentService
  private let interval: Int?
  private let pace: ReadingPace
  private let findings = Findings()

  /// - Parameter interval: in seconds; nil: never.
  init(service: DeploymentService, interval: Int?, pace: ReadingPace) {
    self.service = service
    self.interval = interval
    self.pace = pace
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while (try? await Task.sleep(for: Self.tick)) != nil { await look() }
    }
  }

  /// Hashes what is due.
  func look() async {
    for row in service.running.all where isDue(row, now: service.context.clock.now()) && !Task.isCancelled {
      do {
        try await verify(row)
      } catch is CancellationError { return } catch {
        findings.note(Finding(row: row, isEnded: false, problem: "its bytes could not be read again: \(error)"))
        service.context.logger.critical(
          "what runs could not be hashed again; it is tried again",
          metadata: ["place": "\(row.place)", "error": "\(error)"])
      }
    }
  }

  /// For `plane.status`: the first that could not be read, or was ended because of its bytes and has not been replaced yet.
  var problem: String? {
    findings.all.first { finding in
      let running = service.running[finding.row.place]
      return finding.isEnded ? running == nil : running?.number == finding.row.number
    }.map { "\($0.row.place): \($0.problem)" }
  }

  /// A moment that lies ahead was written by a wrong clock, and counts as none.
  private func isDue(_ row: DeploymentRow, now: Timestamp) -> Bool {
    guard let interval else { return false }
    let last = row.verifiedAt.flatMap { $0 <= now ? $0 : nil } ?? row.deployedAt ?? row.intendedAt
    return now >= last.adding(seconds: interval)
  }

  private func verify(_ row: DeploymentRow) async throws {
    do {
      try await service.weights.reverify(row.weights, at: pace)
    } catch let error as WeightsStoreError { return try await end(row, because: "\(error)") } catch let error
      as WeightsError
    { return try await end(row, because: "\(error)") }
    if let problem = try await misplaced(row) { return try await end(row, because: problem) }
    let changed = try await service.context.commit { database in
      try service.store.verified(row, at: service.context.clock.now(), in: database)
      return try service.store.row(row.number, in: database)
    }
    service.running.changed(changed)
    findings.clear(row.place)
  }

  /// Why what the endpoint serves is not this row's weights, or nil.
  private func misplaced(_ row: DeploymentRow) async throws -> String? {
    // Under the lock, because a deploy that is under way has another answer.
    try await service.places.holding(row.place) {
      guard service.running[row.place]?.number == row.number else { return nil }
      do {
        let served = try await service.endpoint.deployed(row.place.deploymentPlace())
        return served == row.weights ? nil : "the endpoint serves \(served.map { "\($0)" } ?? "nothing")"
      } catch let error as DirectoryEndpointError { return "\(error)" }
    }
  }

  private func end(_ row: DeploymentRow, because problem: String) async throws {
    try await service.places.holding(row.place) {
      guard service.running[row.place]?.number == row.number else { return }
      service.context.logger.critical(
        "what runs is not what was approved; it is undeployed",
        metadata: ["place": "\(row.place)", "problem": "\(problem)"])
      findings.note(
        Finding(row: row, isEnded: true, problem: "undeployed, not the approved bytes any more: \(problem)"))
      try await service.end(row, because: "not the approved bytes any more: \(problem)")
    }
  }
}

private struct Finding: Sendable {
  let row: DeploymentRow
  let isEnded: Bool
  let problem: String
}

/// The last finding of each place.
private final class Findings: Sendable {
  private let findings = Mutex<[Place: Finding]>([:])

  /// In the order of deployment.
  var all: [Finding] { findings.withLock { $0.values.sorted { $0.row.number < $1.row.number } } }

  func note(_ finding: Finding) { findings.withLock { $0[finding.row.place] = finding } }
  func clear(_ place: Place) { findings.withLock { $0[place] = nil } }
}
