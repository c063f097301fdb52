import Attestations
import MerkleLog
import PlaneContract
import Signing
import Wire

/// Where a version stands: its approvals, each with its state, and who has revoked its weights.
struct VersionStanding: Sendable {
  let approvals: [ReportedApproval]
  /// One of each revocation, though two planes tell of it.
  let revocations: [LifeEvent]

  init(of version: ReportedVersion, in report: ModelReport) {
    approvals = report.papers.approvals.filter { item in
      (try? item.approval.get().predicate.trainingOutputDigest) == version.digest
    }
    var known: Set<Digest> = []
    revocations = report.revocations.filter { event in
      event.weights == version.weights && (event.item.first.attestation.map { known.insert($0).inserted } ?? true)
    }
  }

  /// For people, at least one line.
  var lines: [String] {
    let lines =
      approvals.map { "\($0.id), \($0.state)" }
      + revocations.map { "weights revoked at \($0.time.wholeSeconds), by \($0.who)" }
    return lines.isEmpty ? ["no approval of it is shown here"] : lines
  }

  /// Members of a version's record.
  func append(to fields: inout JSONObject) {
    fields.append(
      "approvals",
      .array(approvals.map { ["approval_id": $0.id.json, "status": .init($0.status?.rawValue)] }))
    fields.append("revocations", .init(revocations.map(\.id.description)))
  }
}
