import Attestations
import GRDB
import Ledger
import Logging
import MerkleLog
import PlaneContract
import Signing
import Storage
import Wire

/// Takes the resets that lie beside the trust roots, at the start and on SIGHUP. Each is verified under the root in force and taken
/// once; what is not taken is reported, and the log in question stays in dispute.
struct LogResetIntake: Sendable {
  let context: PlaneContext
  let folder: TrustRootFolder

  /// - Returns: what is wrong with those that were not taken; nil when nothing is.
  func take() async -> String? {
    var faults: [String] = []
    for plane in Role.planes.sorted(by: { $0.rawValue < $1.rawValue }) {
      do { try await take(resetOf: plane) } catch {
        faults.append("\(TrustRootFolder.resetFile(of: plane)): \(error)")
      }
    }
    guard !faults.isEmpty else { return nil }
    let problem = faults.joined(separator: "; ")
    context.logger.critical("a log reset was not taken", metadata: ["problem": "\(problem)"])
    return problem
  }

  private func take(resetOf plane: Role) async throws {
    guard let envelope = try folder.logReset(of: plane) else { return }
    let origin = context.origin(of: plane)
    let known = try await context.database.read { try LogResets().latest(of: origin, in: $0)?.digest }
    guard known != envelope.payloadDigest else { return }
    let verified = try context.root.verified(reset: envelope)
    let isNews = try await context.commit { database in
      let isNews = try LogResets().take(verified, of: origin, at: context.clock.now(), in: database)
      if isNews, plane == context.role { try requireOwn(verified.reset.checkpoint, in: database) }
      if isNews {
        try context.record(.logResetAccepted, evidence(of: verified), attestation: verified.digest, in: database)
      }
      return isNews
    }
    guard isNews else { return }
    context.logger.notice(
      "a log is believed again", metadata: ["log": "\(origin)", "from": "\(verified.reset.checkpoint.size) entries"])
  }

  /// A reset of this plane's own log must be of this very log, and not of another copy.
  private func requireOwn(_ head: Checkpoint, in database: Database) throws {
    let size = try context.ledger.checkpoint(in: database)?.checkpoint.size ?? 0
    guard head.size <= size, try context.ledger.root(size: head.size, in: database) == head.root else {
      throw LogResetError.notOurs(size: head.size)
    }
  }

  private func evidence(of verified: VerifiedLogReset) -> JSONObject {
    let reset = verified.reset
    return [
      "log": .string(reset.checkpoint.origin), "size": .init(reset.checkpoint.size),
      "root": .string(reset.checkpoint.root.description), "reason": .string(reset.reason),
      "issued_at": .string(reset.issuedAt.attestationText),
    ]
  }
}
