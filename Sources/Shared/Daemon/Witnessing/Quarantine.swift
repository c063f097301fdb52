import Attestations
import GRDB
import Ledger
import MerkleLog
import PlaneContract
import Signing
import Storage

/// What is not done while a log is in dispute, as a table: what would let new models come. It is answered `unavailable`, so that
/// whoever sends it keeps it. Revocations, leases and undeployments are not in it, and what runs goes on.
package enum Quarantine {
  /// For each kind, the planes whose logs must be believed by the plane that answers it; its own among them.
  private static let needed: [MessageKind: [Role]] = [
    .trainingComplete: [.training],
    .trainingPublish: [.training, .governance],
    .approvalPropose: [.governance],
    .approvalSign: [.governance],
    .approvalPublish: [.training, .governance, .serving],
    .modelDeploy: [.serving],
  ]

  /// - Throws: `Refusal(.unavailable)`.
  static func require(_ kind: MessageKind, at context: PlaneContext, in database: Database) throws {
    for plane in needed[kind] ?? [] {
      guard let dispute = try WitnessMemory().dispute(of: context.origin(of: plane), in: database) else { continue }
      throw Refusal(.unavailable, "\(kind.rawValue) waits: \(sentence(dispute, of: plane, at: context))")
    }
  }

  /// For `plane.status`: which logs are in dispute and what to do about it; nil when none is.
  static func problem(at context: PlaneContext) throws -> String? {
    let disputes = try context.database.readNow { database in
      try Role.planes.sorted { $0.rawValue < $1.rawValue }.compactMap { plane in
        try WitnessMemory().dispute(of: context.origin(of: plane), in: database).map { ($0, plane) }
      }
    }
    let sentences = disputes.map { sentence($0, of: $1, at: context) }
    return sentences.isEmpty ? nil : sentences.joined(separator: "; ")
  }

  static func sentence(_ dispute: LogDispute, of plane: Role, at context: PlaneContext) -> String {
    let finding =
      plane == context.role ? own(dispute) : "the log of \(plane.planeName) is in dispute: \(dispute.sentence)"
    return "\(finding); nothing new is approved from it until the root keys reset it: planectl trust reset-log "
      + "\(plane.planeName), see 'A plane was restored from a backup' in docs/operations.md"
  }

  private static func own(_ dispute: LogDispute) -> String {
    guard let missing = dispute.missing else {
      return "this plane's log is another than a witness saw at \(dispute.held.checkpoint.size) entries: two copies of "
        + "this plane run, or its past was changed"
    }
    return "this plane's log lacks \(missing) \(missing == 1 ? "entry" : "entries") that a witness saw, of "
      + "\(dispute.held.checkpoint.size): an older database was restored, or two copies of this plane run"
  }
}
