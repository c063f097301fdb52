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
    /// Of the root under which they were verified: under another they may say something else.
    var rootVersion = 1
    /// Grows with every change, so that a reading that began before one is not remembered after it.
    var generation = 0
    /// Commits under way about a model, and whether more than one was at a time.
    private var changes: [ModelID: (underWay: Int, overlapped: Bool)] = [:]

    /// Forgets what was verified under another root.
    mutating func enter(_ root: VerifiedTrustRoot) {
      guard root.version > rootVersion else { return }
      (rootVersion, candidates) = (root.version, [:])
      generation += 1
    }

    mutating func begin(_ model: ModelID) {
      let underWay = (changes[model]?.underWay ?? 0) + 1
      changes[model] = (underWay, underWay > 1 || changes[model]?.overlapped == true)
    }

    mutating func end(_ model: ModelID, _ only: HeldApproval?, _ change: ApprovalChange) {
      let (underWay, overlapped) = changes[model] ?? (1, true)
      changes[model] = underWay > 1 ? (underWay - 1, true) : nil
      guard change != .none || overlapped else { return }
      generation += 1
      guard let only, !overlapped else { return candidates[model] = nil }
      remember(ApprovalCandidates([ApprovalCandidate(only)]), of: model)
    }

    mutating func remember(_ found: ApprovalCandidates, of model: ModelID) {
      if candidates.count >= ApprovalIndex.limit { _ = candidates.popFirst() }
      candidates[model] = found
    }
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
  func remembered(_ model: ModelID, under root: VerifiedTrustRoot) -> ApprovalCandidates? {
    state.withLock { $0.rootVersion == root.version ? $0.candidates[model] : nil }
  }

  func candidates(of model: ModelID, under root: VerifiedTrustRoot) async throws -> ApprovalCandidates {
    if let known = remembered(model, under: root) { return known }
    let generation = state.withLock { state in
      state.enter(root)
      return state.generation
    }
    let rows = try await context.database.read { [store] in try store.approvals(of: model, in: $0) }
    let candidates = ApprovalCandidates(rows.map { verify($0, of: model, under: root) })
    state.withLock { state in
      // An unknown model is not remembered: anybody may ask for names without end.
      guard state.generation == generation, state.rootVersion == root.version, !rows.isEmpty else { return }
      state.remember(candidates, of: model)
    }
    return candidates
  }

  /// One approval as it is stored now, read and verified anew: what changes the world does not rest on memory. Nil when it is not
  /// here.
  func stored(
    _ digest: Digest, of model: ModelID, under root: VerifiedTrustRoot
  ) async throws -> ApprovalCandidate? {
    let row = try await context.database.read { [store] in try store.approval(digest, in: $0) }
    return row.map { verify($0, of: model, under: root) }
  }

  /// Every commit that may change what is stored of an approval goes through here. What it stored is remembered when it is all that
  /// there is of the model; where two commits about one model overlap, memory cannot tell which came last, and forgets.
  func changing(
    _ held: HeldApproval, under root: VerifiedTrustRoot, _ commit: () async throws -> ApprovalChange
  ) async throws {
    let model = held.predicate.modelID
    state.withLock { state in
      state.enter(root)
      state.begin(model)
    }
    do {
      let change = try await commit()
      state.withLock { state in
        // A reload in between may have given these signatures another meaning.
        let isCurrent = state.rootVersion == root.version
        state.end(model, change == .stored(isAllThereIs: true) && isCurrent ? held : nil, change)
      }
    } catch {
      state.withLock { $0.end(model, nil, .stored(isAllThereIs: false)) }
      throw error
    }
  }

  private func verify(
    _ row: StoredApproval, of model: ModelID, under root: VerifiedTrustRoot
  ) -> ApprovalCandidate {
    do throws(GateFault) {
      return ApprovalCandidate(try held(row, of: model, under: root))
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

  private func held(
    _ row: StoredApproval, of model: ModelID, under root: VerifiedTrustRoot
  ) throws(GateFault) -> HeldApproval {
    let approval: UnverifiedEnvelope
    let training: UnverifiedEnvelope
    do {
      approval = try UnverifiedEnvelope(parsing: row.approval, maximumPayload: AttestationFormat.maximumPayload)
      training = try UnverifiedEnvelope(parsing: row.trainingOutput, maximumPayload: AttestationFormat.maximumPayload)
    } catch { throw GateFault(gate: .approval, reason: "the stored envelope: \(error)") }
    let held = try ProvenApproval.verify(approval: approval, training: training, root: root, accepted: row.acceptance)
      .held
    // The columns led here; what was signed must say the same.
    guard held.predicate.modelID == model, row.agrees(with: held) else {
      throw GateFault(gate: .approval, reason: "the stored columns differ from what was signed")
    }
    return held
  }
}
