import MerkleLog
import PlaneContract
import Signing
import Wire

/// The newest head of a log with what the other planes have seen of it. That each of these is a beginning of the newest was
/// verified here.
struct WitnessedLog: Sendable {
  let log: EvidenceLog
  let head: VerifiedCheckpoint
  let witnesses: Witnesses

  /// Throws `Failure`, status `unverified`, when a witness has seen another log.
  init(of log: EvidenceLog) async throws {
    let audit = try await LogVerification(of: log)
    self.log = log
    (head, witnesses) = (audit.head, audit.witnesses)
    for seen in witnesses.latest {
      try await log.check(size: seen.size, root: seen.root, isBeginningOf: head.checkpoint)
    }
  }

  /// With the cosignatures of those who have seen this very head.
  var note: String {
    let cosigned = witnesses.heads.filter { $0.checkpoint.checkpoint == head.checkpoint }.map(\.cosignature.line)
    return log.known.verifiedNote(cosigned.reduce(head) { $0.adding($1) }).description
  }

  var lines: [String] {
    let seen = witnesses.latest.map { "cosigned by \($0.text)" }
    return (seen.isEmpty ? ["no other plane has cosigned this log yet"] : seen) + witnesses.gaps
  }

  var fields: JSONObject {
    [
      "plane": .string(log.plane.planeName), "origin": .string(head.checkpoint.origin),
      "size": .init(head.checkpoint.size), "root": .string(head.checkpoint.root.description),
      "checkpoint": .string(note), "cosigned_by": .array(witnesses.latest.map { .object($0.fields) }),
      "not_heard": .init(witnesses.gaps),
    ]
  }
}

extension LogVerification {
  var lines: [String] {
    let seen = witnesses.latest.map { "as seen by \($0.text)" }
    return [
      "\(log.plane.planeName): all \(head.checkpoint.size) entries are those that it has signed, root \(head.checkpoint.root)"
    ] + (seen.isEmpty ? ["no other plane has cosigned this log yet"] : seen)
  }

  var fields: JSONObject {
    [
      "plane": .string(log.plane.planeName), "origin": .string(head.checkpoint.origin),
      "verified": .bool(witnesses.shortfall == nil),
      "size": .init(head.checkpoint.size), "root": .string(head.checkpoint.root.description),
      "cosigned_by": .array(witnesses.latest.map { .object($0.fields) }), "not_heard": .init(witnesses.gaps),
    ]
  }
}
