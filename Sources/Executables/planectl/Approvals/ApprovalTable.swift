import PlaneContract
import Signing
import Wire

extension Digest {
  /// What tables show; `show` and `--json` give it in full.
  var short: String { String(hex.prefix(12)) }
}

extension Table {
  /// Approvals and submitted outputs, one a row; an output that has no approval yet goes by its digest.
  init(_ items: [ApprovalSummary], now: Timestamp) {
    self.init("ID", "STATUS", "MODEL", "WEIGHTS", "TRAINED BY", "SIGNED BY", "ENVIRONMENTS", "EXPIRES")
    for item in items {
      add(
        item.approvalID?.text ?? item.trainingOutputDigest.short, item.status.rawValue, item.modelID.text,
        item.weightsHash.short, item.submittedBy.text,
        item.approvalID == nil ? "" : SignatureCount.text(item.approvers, required: item.requiredApprovers),
        item.environments.map(\.text).joined(separator: ", "), Self.expiry(item, now: now))
    }
  }

  private static func expiry(_ item: ApprovalSummary, now: Timestamp) -> String {
    guard let expiresAt = item.expiresAt, !item.status.hasEnded else { return "" }
    let left = expiresAt.seconds(since: now)
    return left > 0 ? "in \(TimeSpan.text(left))" : "\(TimeSpan.text(-left)) ago"
  }
}

extension ApprovalStatus {
  /// Nothing brings it back.
  var hasEnded: Bool { [.rejected, .revoked, .expired].contains(self) }
}

extension Timestamp {
  /// What approvals and rejections are dated with.
  var wholeSeconds: Timestamp {
    Timestamp(microseconds: microseconds - microseconds % Self.microsecondsPerSecond)
  }
}
