import Attestations
import PlaneContract
import Wire

/// The version of a model that is approved now, which a new one is compared with: governance says which it is, and everything that
/// is shown of it is verified here.
struct PreviousVersion {
  let approval: ModelApproval
  let training: VerifiedTrainingOutput

  /// By the newest active approval of the model, `approval` itself apart; nil when governance lists none.
  ///
  /// - Throws: `Failure`, status `unverified`, when what governance calls active does not hold.
  static func find(
    of model: ModelID, besides approval: ApprovalID?, in directory: ApprovalDirectory
  ) async throws -> PreviousVersion? {
    let listed = try await directory.all(status: .active, model: model)
    guard let id = listed.compactMap(\.approvalID).first(where: { $0 != approval }) else { return nil }
    let (_, verified, proven) = try await directory.verifiedApproval(id)
    guard verified.detail.status == .active, proven.held.predicate.modelID == model else {
      throw Failure.unverified("governance-plane listed \(id) as an active approval of \(model), which it is not")
    }
    return PreviousVersion(approval: proven.held.predicate, training: verified.training)
  }
}
