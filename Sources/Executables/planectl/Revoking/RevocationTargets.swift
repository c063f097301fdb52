import Attestations
import Signing
import Wire

/// One thing to revoke: weights of a model, and the approval that was named, if one was.
struct RevocationTarget: Sendable, Hashable {
  let modelID: ModelID
  let weightsHash: Digest
  let approvalID: ApprovalID?
}

/// Which weights a person means, among what the two planes know.
struct RevocationTargets {
  let known: KnownUses

  func matching(_ text: String) throws -> [RevocationTarget] {
    let named = try called(text)
    guard named.isEmpty else { return named }
    throw known.noSuch(text)
  }

  /// An approval's full id, else a model, else the beginning of one approval's id. An id about which the planes differ means all
  /// that either says of it: the one that lies is not to choose.
  private func called(_ text: String) throws -> [RevocationTarget] {
    let approvals = Self.distinct(known.targets)
    let exact = approvals.filter { $0.approvalID?.text == text }
    guard exact.isEmpty else { return exact }
    let weights = Self.distinct(
      approvals.filter { $0.modelID.text == text }.map {
        RevocationTarget(modelID: $0.modelID, weightsHash: $0.weightsHash, approvalID: nil)
      })
    guard weights.isEmpty else { return unsettled(weights) }
    let beginnings = approvals.filter { $0.approvalID.map { ApprovalDirectory.isNamed($0, text) } == true }
    guard Set(beginnings.map(\.approvalID)).count <= 1 else { throw Self.ambiguous(text, beginnings) }
    return beginnings
  }

  /// What is revoked already is meant only when nothing else is left: then somebody makes sure that both planes know.
  private func unsettled(_ weights: [RevocationTarget]) -> [RevocationTarget] {
    let left = weights.filter { !known.isRevoked($0.weightsHash) }
    return left.isEmpty ? weights : left
  }

  private static func ambiguous(_ text: String, _ targets: [RevocationTarget]) -> Failure {
    Failure(
      .refused, "\(text) is the beginning of \(Set(targets.map(\.approvalID)).count) approvals",
      details: targets.prefix(10).map { "\($0.approvalID?.text ?? "")  \($0.modelID)" }, hint: "give more of it")
  }

  private static func distinct(_ targets: [RevocationTarget]) -> [RevocationTarget] {
    var seen: Set<RevocationTarget> = []
    return targets.filter { seen.insert($0).inserted }
  }
}
