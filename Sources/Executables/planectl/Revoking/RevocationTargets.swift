import Attestations
import PlaneContract
import Signing
import Wire

/// One thing to revoke: weights of a model, and the approval that was named, if one was.
struct RevocationTarget: Sendable, Hashable {
  let modelID: ModelID
  let weightsHash: Digest
  let approvalID: ApprovalID?
}

/// Finds out which weights a person means. Asks governance, and where that is down the serving plane; what is revoked is shown
/// before it is signed, because here neither is believed more than it has to be.
struct RevocationTargets {
  let session: Session

  func find(_ text: String, weightsHash: Digest?) async throws -> [RevocationTarget] {
    if let weightsHash {
      guard let model = ModelID(text) else { throw Failure.refused("\(text) is no model: expected \(ModelID.rule)") }
      return [RevocationTarget(modelID: model, weightsHash: weightsHash, approvalID: nil)]
    }
    let known = try await knownTargets()
    let named = try Self.matching(text, known)
    guard named.isEmpty else { return named }
    let message = "no approval or deployment is called \(text)"
    throw Failure(
      .refused, message, hint: "planectl approvals lists them; weights that nobody approved need --weights-hash",
      body: Refusal(.notFound, message).body)
  }

  /// An approval's full id, else a model, else the beginning of one approval's id.
  static func matching(_ text: String, _ known: [RevocationTarget]) throws -> [RevocationTarget] {
    if let exact = known.first(where: { $0.approvalID?.text == text }) { return [exact] }
    let weights = known.filter { $0.modelID.text == text }.map {
      RevocationTarget(modelID: $0.modelID, weightsHash: $0.weightsHash, approvalID: nil)
    }
    guard weights.isEmpty else { return distinct(weights) }
    let beginnings = known.filter { target in
      target.approvalID.map { ApprovalDirectory.isNamed($0, text) } == true
    }
    guard beginnings.count <= 1 else {
      throw Failure(
        .refused, "\(text) is the beginning of \(beginnings.count) approvals",
        details: beginnings.prefix(10).map { "\($0.approvalID?.text ?? "")  \($0.modelID)" }, hint: "give more of it")
    }
    return beginnings
  }

  private func knownTargets() async throws -> [RevocationTarget] {
    do {
      return Self.targets(of: try await ApprovalDirectory(session: session).all())
    } catch {
      Console.message("\(shown(Failure(explaining: error).message)); asking serving-plane what it has deployed")
      let deployments = try await Deployment(session: session).list(history: true)
      return Self.distinct(
        deployments.map {
          RevocationTarget(modelID: $0.modelID, weightsHash: $0.weightsHash, approvalID: $0.approvalID)
        })
    }
  }

  /// What is revoked already is meant only when nothing else is left: then somebody makes sure that both planes know.
  static func targets(of items: [ApprovalSummary]) -> [RevocationTarget] {
    let approvals = items.filter { $0.approvalID != nil }
    return (approvals.filter { $0.status != .revoked } + approvals.filter { $0.status == .revoked }).map {
      RevocationTarget(modelID: $0.modelID, weightsHash: $0.weightsHash, approvalID: $0.approvalID)
    }
  }

  private static func distinct(_ targets: [RevocationTarget]) -> [RevocationTarget] {
    var seen: Set<RevocationTarget> = []
    return targets.filter { seen.insert($0).inserted }
  }
}
