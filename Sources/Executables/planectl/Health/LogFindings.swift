import Attestations
import MerkleLog
import PlaneContract
import Signing

/// How each plane's log stands to what the other planes have seen of it, verified here.
struct LogFindings {
  let session: Session

  /// - Parameter planes: those that have answered.
  func findings(of planes: [Role]) async -> [Finding] {
    var findings: [Finding] = []
    for plane in planes { findings += await self.findings(of: plane) }
    return findings
  }

  private func findings(of plane: Role) async -> [Finding] {
    let name = plane.planeName
    do {
      let log = try await WitnessedLog(of: EvidenceLog(of: plane, session: session))
      return [standing(name, log)]
        + log.witnesses.doubts.map { witness, reason in
          .fail(
            .log, witness.planeName, "what it shows of \(name)'s log is not believed: \(reason)",
            next: "planectl log \(witness.planeName) --verify", .unverified)
        }
    } catch {
      let failure = Failure(explaining: error)
      guard failure.status == .unverified else {
        return [.unseen(.log, name, failure.message, next: failure.hint ?? "ask again")]
      }
      return [
        .fail(
          .log, name, failure.message,
          next: "docs/operations.md, A plane was restored from a backup; if nobody did, treat \(name) as stolen",
          .unverified)
      ]
    }
  }

  private func standing(_ name: String, _ log: WitnessedLog) -> Finding {
    let size = log.head.checkpoint.size
    let seen = log.witnesses.latest.map { "\($0.size) of them by \($0.witness.planeName)" }
    guard !seen.isEmpty else {
      return .warn(
        .log, name, "none of its \(size) entries is cosigned by another plane",
        next: "ask again in a minute; then see how the other planes are")
    }
    return .ok(.log, name, "\(size) entries, cosigned \(seen.joined(separator: " and "))")
  }
}
