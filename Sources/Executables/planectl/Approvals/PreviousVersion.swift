import Attestations
import PlaneContract
import Wire

/// The version of a model that is approved now, which a new one is compared with: governance says which it is, and everything that
/// is shown of it is verified here.
struct PreviousVersion {
  let approval: ModelApproval
  let training: VerifiedTrainingOutput

  /// The newest active approval of another output of the model; made before `approval`, and for one of its environments, where
  /// there is one. Nil when governance lists none.
  ///
  /// - Throws: `Failure`, status `unverified`, when what governance calls active does not hold.
  static func find(
    before training: VerifiedTrainingOutput, _ approval: ModelApproval?, in directory: ApprovalDirectory
  ) async throws -> PreviousVersion? {
    let model = training.output.modelID
    let listed = try await directory.all(status: .active, model: model)
    let candidates = listed.filter { isEarlier($0, than: approval) && $0.trainingOutputDigest != training.digest }
    guard let id = candidates.compactMap(\.approvalID).first else { return nil }
    let (_, verified, proven) = try await directory.verifiedApproval(id)
    guard verified.detail.status == .active, proven.held.predicate.modelID == model else {
      throw Failure.unverified("governance-plane listed \(id) as an active approval of \(model), which it is not")
    }
    return PreviousVersion(approval: proven.held.predicate, training: verified.training)
  }

  private static func isEarlier(_ listed: ApprovalSummary, than approval: ModelApproval?) -> Bool {
    guard let approval else { return true }
    // A proposal of planectl is dated with the second in which it was made.
    let isEarlier = listed.approvedAt.map { $0.wholeSeconds <= approval.approvedAt } ?? false
    return isEarlier && listed.environments.contains(where: approval.environments.contains)
  }
}
