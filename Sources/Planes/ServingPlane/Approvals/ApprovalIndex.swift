import Attestations
import Daemon
import Logging
import Signing
import Storage
import Synchronization
import Wire

/// The approvals of a model as candidates for a decision: read from the store, verified once, and remembered until something about
/// the model changes. It remembers signatures that verified, never a verdict.
final class ApprovalIndex: Sendable {
  private struct State {
    var candidates: [ModelID: ApprovalCandidates] = [:]
    /// Grows with every change, so that a reading that began before one is not remembered after it.
    var generation = 0
  }

  /// Models remembered; beyond it an arbitrary one is forgotten and read again when it is asked for.
  private static let limit = 200_000

  private let context: PlaneContext
  private let store: any ApprovalStore
  private let state = Mutex(State())

  init(context: PlaneContext, store: any ApprovalStore) {
    self.context = context
    self.store = store
  }

  /// The candidates if they are at hand; for the event loop.
  func remembered(_ model: ModelID) -> ApprovalCandidates? { state.withLock { $0.candidates[model] } }

  func candidates(of model: ModelID) async throws -> ApprovalCandidates {
    if let known = remembered(model) { return known }
    let generation = state.withLock(\.generation)
    let rows = try await context.database.read { [store] in try store.approvals(of: model, in: $0) }
    let candidates = ApprovalCandidates(rows.map { verify($0, of: model) })
    state.withLock { state in
      // An unknown model is not remembered: anybody may ask for names without end.
      guard state.generation == generation, !rows.isEmpty else { return }
      if state.candidates.count >= Self.limit { _ = state.candidates.popFirst() }
      state.candidates[model] = candidates
    }
    return candidates
  }

  /// One approval, verified, wherever it stands among the model's; nil when it is not here or does not verify.
  func held(_ digest: Digest, of model: ModelID) async throws -> HeldApproval? {
    if let candidate = try await candidates(of: model)[digest] { return candidate.verified }
    let row = try await context.database.read { [store] in try store.approval(digest, in: $0) }
    return row.flatMap { verify($0, of: model).verified }
  }

  /// Call after every commit that changes an approval of the model.
  func forget(_ model: ModelID) {
    state.withLock { state in
      state.generation += 1
      state.candidates[model] = nil
    }
  }

  private func verify(_ row: StoredApproval, of model: ModelID) -> ApprovalCandidate {
    do throws(GateFault) {
      return ApprovalCandidate(try held(row, of: model))
    } catch {
      context.logger.critical(
        "a stored approval no longer verifies; somebody changed the database",
        metadata: ["approval": "\(row.approvalID)", "fault": "\(error)"])
      let unknown = Digest(row.digest) ?? Digest(hashing: row.approval)
      return ApprovalCandidate(
        approvalID: ApprovalID(row.approvalID) ?? ApprovalID(checked: "unreadable"), digest: unknown,
        approvedAt: Timestamp(microseconds: 0), held: .failure(error))
    }
  }

  private func held(_ row: StoredApproval, of model: ModelID) throws(GateFault) -> HeldApproval {
    let approval: UnverifiedEnvelope
    let training: UnverifiedEnvelope
    do {
      approval = try UnverifiedEnvelope(parsing: row.approval, maximumPayload: AttestationFormat.maximumPayload)
      training = try UnverifiedEnvelope(parsing: row.trainingOutput, maximumPayload: AttestationFormat.maximumPayload)
    } catch { throw GateFault(gate: .approval, reason: "the stored envelope: \(error)") }
    let held = try HeldApproval.verify(approval: approval, training: training, root: context.root)
    // The columns led here; what was signed must say the same.
    guard held.predicate.modelID == model, held.predicate.approvalID.text == row.approvalID,
      held.digest.description == row.digest
    else { throw GateFault(gate: .approval, reason: "the stored columns differ from what was signed") }
    return held
  }
}
