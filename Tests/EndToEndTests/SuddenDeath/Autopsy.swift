import Attestations
import Foundation
import Signing
import TestSupport

/// What a killed plane left behind, read from disk before it starts again.
struct Autopsy: Sendable {
  let plane: Role
  let phase: KillPhase
  /// Requests that were sent and never answered.
  let inFlight: Int
  /// Those of them whose effect is on record, with its digest.
  let effects: [ModelDigest]
  let undelivered: Int

  struct ModelDigest: Sendable {
    let journey: Journey
    let digest: Digest
  }

  var committed: Int { effects.count }

  /// - Parameters:
  ///   - outcomes: how the step ended for each journey that asked for it.
  ///   - isReceiving: whether another plane still waits for its answer.
  init(
    of plane: Role, on planes: DaemonFixture, after step: Step?, _ outcomes: [Volley.Outcome], isReceiving: Bool,
    isRecovering: Bool = false
  ) async throws {
    let record = try DatabaseCopy(of: plane, in: planes.home)
    var effects: [ModelDigest] = []
    if let step, step.plane == plane {
      for outcome in outcomes where outcome.isLost {
        guard let digest = try await outcome.journey.effect(of: step, in: record) else { continue }
        effects.append(ModelDigest(journey: outcome.journey, digest: digest))
      }
    }
    let lost = outcomes.count { $0.isLost }
    let undelivered = try record.count("SELECT count(*) FROM outbox")
    (self.plane, self.effects, self.undelivered) = (plane, effects, undelivered)
    inFlight = lost
    phase =
      if isRecovering { .recovering } else if let work = try Self.work(of: plane, record, planes.home, step) {
        work
      } else if !effects.isEmpty { .replyLost } else if lost > 0 { .inFlight } else if isReceiving {
        .receiving
      } else if undelivered > 0 { .undelivered } else { .idle }
  }

  /// What only the serving plane does, as its tables and its store show it.
  private static func work(
    of plane: Role, _ record: DatabaseCopy, _ home: PlanesHome, _ step: Step?
  ) throws -> KillPhase? {
    guard plane == .serving else { return nil }
    let condemned = """
      SELECT count(*) FROM deployment WHERE state = 'undeploying'
        OR state = 'deployed' AND approval_digest IN (SELECT approval_digest FROM tombstone_approval)
      """
    if try record.count(condemned) > 0 { return .undeploying }
    if try record.count("SELECT count(*) FROM deployment WHERE state = 'intended'") > 0 { return .switching }
    return try home.unfinishedCopies().isEmpty ? nil : .copying
  }
}

extension PlanesHome {
  /// Names in the store that are work in progress, or what is left of it.
  func unfinishedCopies() throws -> [String] {
    try ["file", "directory"].flatMap { kind in
      try FileManager.default.contentsOfDirectory(atPath: "\(path)/serving-plane/store/\(kind)")
        .filter { $0.hasPrefix(".") }
    }
  }
}
