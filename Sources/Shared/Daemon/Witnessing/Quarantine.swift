import Attestations
import GRDB
import Ledger
import MerkleLog
import PlaneContract
import Signing
import Storage

extension PlaneContext {
  /// The one question that every path asks which may let more run than before, in the transaction that does it: do this plane's log
  /// and its state bear each other out, and is every log that it goes by believed? Revocations, leases and undeployments need not ask,
  /// and what runs goes on.
  ///
  /// - Parameter act: the kind that does it, or that it amounts to where nobody sent one.
  /// - Throws: `Refusal(.unavailable)`, so that whoever sends it keeps it.
  package func requireMayAddPermission(by act: MessageKind, in database: Database) throws {
    guard !act.logsToBelieve.isEmpty else { return }
    if let fault = evidence.fault { throw Refusal(.unavailable, fault) }
    if evidence.isUnaudited { throw Refusal(.unavailable, "\(act.rawValue) waits: \(EvidenceStanding.unauditedWords)") }
    for plane in act.logsToBelieve {
      guard let dispute = try WitnessMemory().dispute(of: origin(of: plane), in: database) else { continue }
      throw Refusal(.unavailable, "\(act.rawValue) waits: \(Quarantine.sentence(dispute, of: plane, at: self))")
    }
  }
}

/// What is said of logs that are in dispute.
enum Quarantine {
  /// For `plane.status`: which logs are in dispute and what to do about it; nil when none is.
  static func problem(at context: PlaneContext) throws -> String? {
    let sentences = try context.database.readNow { database in
      try Role.planes.sorted { $0.rawValue < $1.rawValue }.compactMap { plane in
        do {
          return try WitnessMemory().dispute(of: context.origin(of: plane), in: database)
            .map { sentence($0, of: plane, at: context) }
        } catch let damage as StorageError { return "\(damage)" }
      }
    }
    return sentences.isEmpty ? nil : sentences.joined(separator: "; ")
  }

  /// Those that can be read, in the order of the planes' names; `problem` names a row that cannot.
  static func disputes(at context: PlaneContext) throws -> [(plane: Role, dispute: LogDispute)] {
    try context.database.readNow { database in
      try Role.planes.sorted { $0.rawValue < $1.rawValue }.compactMap { plane in
        do {
          return try WitnessMemory().dispute(of: context.origin(of: plane), in: database).map { (plane, $0) }
        } catch is StorageError { return nil }
      }
    }
  }

  static func sentence(_ dispute: LogDispute, of plane: Role, at context: PlaneContext) -> String {
    let finding =
      plane == context.role ? own(dispute) : "the log of \(plane.planeName) is in dispute: \(dispute.sentence)"
    return "\(finding); nothing new is approved from it until the root keys reset it: planectl trust reset-log "
      + "\(plane.planeName), see 'A plane was restored from a backup' in the operations guide"
  }

  private static func own(_ dispute: LogDispute) -> String {
    guard let missing = dispute.missing else {
      return
        "this plane's log is another than a witness saw at \(dispute.held.checkpoint.size) entries: an older database "
        + "was restored, two copies of this plane run, or its past was changed"
    }
    return "this plane's log lacks \(missing) \(missing == 1 ? "entry" : "entries") that a witness saw, of "
      + "\(dispute.held.checkpoint.size): an older database was restored, or two copies of this plane run"
  }
}
