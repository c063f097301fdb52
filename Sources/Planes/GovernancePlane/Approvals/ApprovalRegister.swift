import Attestations
import Daemon
import GRDB
import Ledger
import MerkleLog
import PlaneContract
import Signing
import Wire

/// The only way from rows to an approval that may be decided on: every stored signature is verified again, and rows that no
/// longer agree with what was signed stop the request that needs them (DESIGN section 6).
struct ApprovalRegister: Sendable {
  /// Approvals of one model that are verified while looking for the one that is active.
  static let maximumLookedAt = 200

  let context: PlaneContext
  /// Under which everything is read: whoever reads to decide has one root throughout.
  let root: VerifiedTrustRoot
  private let store = ApprovalStore()
  private let outputs = TrainingOutputStore()
  private let tombstones = TombstoneStore()

  init(context: PlaneContext, root: VerifiedTrustRoot) {
    self.context = context
    self.root = root
  }

  /// Nil when nobody proposed it.
  ///
  /// - Throws: `Refusal(.internal)` naming the approval when its rows do not hold.
  func find(_ id: ApprovalID, in database: Database) throws -> RegisteredApproval? {
    try context.guardingStoredRows { try store.row(id, in: database).map { try verify($0, in: database) } }
  }

  /// The newest approval of an output that is neither rejected nor expired; nil when the output is open for a proposal.
  func newestStanding(ofOutput digest: Digest, now: Timestamp, in database: Database) throws -> RegisteredApproval? {
    try context.guardingStoredRows {
      for row in try store.rows(ofOutput: digest, in: database) {
        let held = try verify(row, in: database)
        if !held.state.leavesOutputOpen(at: now) { return held }
      }
      return nil
    }
  }

  /// The newest approval of a model that is active; nil when none is.
  ///
  /// - Throws: `Refusal(.conflict)` when the newest `maximumLookedAt` were all revoked: what stands behind them is not looked for.
  func newestActive(
    ofModel model: ModelID, now: Timestamp, in database: Database
  ) throws -> RegisteredApproval? {
    let rows = try store.completedRows(
      ofModel: model, expiringAfter: now, limit: Self.maximumLookedAt + 1, in: database)
    let active = try context.guardingStoredRows { () throws -> RegisteredApproval? in
      for row in rows.prefix(Self.maximumLookedAt) {
        let held = try verify(row, in: database)
        if held.state.status(at: now) == .active { return held }
      }
      return nil
    }
    guard active != nil || rows.count <= Self.maximumLookedAt else {
      throw Refusal(
        .conflict,
        "the newest \(Self.maximumLookedAt) approvals of \(model) were all revoked, so the version approved now "
          + "cannot be told; propose under a profile without no_regression")
    }
    return active
  }

  func output(_ digest: Digest, in database: Database) throws -> VerifiedTrainingOutput? {
    try context.guardingStoredRows { try outputs.find(digest, root: root, in: database)?.output }
  }

  /// Why a new approval would be dead on arrival, or nil.
  func condemnation(of approval: Attested<ModelApproval>, in database: Database) throws -> String? {
    try context.guardingStoredRows { try condemned(approval, in: database) }
  }

  private func verify(_ row: ApprovalRow, in database: Database) throws -> RegisteredApproval {
    let (approval, versions) = try attested(row, in: database)
    let digest = approval.predicate.trainingOutputDigest
    guard let (output, outputVersion) = try outputs.find(digest, root: root, in: database) else {
      throw StoredRowFault("approval \(row.approvalID)", "its training output \(digest) is missing")
    }
    let acceptance = ApprovalAcceptance(rootVersion: outputVersion, signatures: versions)
    let quorum = Quorum(
      approval.verified, accepted: acceptance, excluding: output.output.submitterPerson, root: root)
    let shortfall =
      output.objection(under: root, acceptedUnder: outputVersion)
      ?? quorum.shortfall(approval.predicate, policy: root.policy)
    let signedByGovernance = try ownSignature(row)
    let governanceSignature = signedByGovernance.flatMap { $0.isCurrent ? $0.signature : nil }
    let rejection = try rejection(of: row, approval, in: database)
    return RegisteredApproval(
      approval: approval, output: output, quorum: quorum, shortfall: shortfall,
      governanceSignature: governanceSignature, rejection: rejection,
      state: ApprovalLedgerState(
        approvedAt: approval.predicate.approvedAt, expiresAt: approval.predicate.expiresAt,
        wasComplete: signedByGovernance != nil, isComplete: governanceSignature != nil && shortfall == nil,
        isRejected: rejection != nil, isRevoked: try condemned(approval, in: database) != nil))
  }

  /// All signature rows must verify, each by the key that its row names, whether or not its holder is an approver still; with the
  /// version of the root under which each was accepted.
  private func attested(
    _ row: ApprovalRow, in database: Database
  ) throws -> (Attested<ModelApproval>, [EnvelopeSignature: Int]) {
    let signatures = try store.signatures(of: row.digest, in: database)
    let envelope = UnverifiedEnvelope(
      payloadType: PayloadType.statement.rawValue, payload: row.payload,
      signatures: signatures.map { EnvelopeSignature(keyID: root.keyID(ofHex: $0.key) ?? "", bytes: $0.signature) })
    let approval: Attested<ModelApproval>
    do { approval = try envelope.attested(by: root.keysEver(of: .approver)) } catch {
      throw StoredRowFault("approval \(row.approvalID)", "\(error)")
    }
    guard row.agrees(with: approval) else {
      throw StoredRowFault("approval \(row.approvalID)", "its columns and its payload differ")
    }
    guard approval.signers.map(\.hex) == signatures.map(\.key),
      zip(approval.signers, signatures).allSatisfy({ $1.isOf($0, in: root) })
    else { throw StoredRowFault("approval \(row.approvalID)", "a stored signature is not its key's or its person's") }
    let versions = zip(approval.envelope.signatures, signatures).map { ($0, $1.rootVersion) }
    return (approval, Dictionary(versions, uniquingKeysWith: max))
  }

  /// Governance's own, by the key that it has or by one that it had.
  private func ownSignature(_ row: ApprovalRow) throws -> (signature: EnvelopeSignature, isCurrent: Bool)? {
    guard let bytes = row.governanceSignature else {
      guard row.governanceKey == nil else {
        throw StoredRowFault("approval \(row.approvalID)", "governance_key names a key and there is no signature")
      }
      return nil
    }
    let (type, signature) = (PayloadType.statement, EnvelopeSignature(keyID: "", bytes: bytes))
    let envelope = UnverifiedEnvelope(payloadType: type.rawValue, payload: row.payload, signatures: [signature])
    do {
      let verified = try envelope.verified(as: type, by: root.keysEver(of: .governance))
      guard let key = verified.signers.first, let signature = verified.envelope.signatures.first,
        row.governanceKey == nil || row.governanceKey == key.keyID
      else { throw FieldError("governance_key", "is another key's") }
      return (signature, root.keys(of: .governance).contains(key))
    } catch {
      throw StoredRowFault("approval \(row.approvalID)", "governance's signature: \(error)")
    }
  }

  /// By the columns, and by the evidence about this approval, which may not be without its row. How many others of the model were
  /// rejected costs nothing here.
  private func rejection(
    of row: ApprovalRow, _ approval: Attested<ModelApproval>, in database: Database
  ) throws -> Attested<ApprovalRejection>? {
    let evidenced = try EvidencedAttestations(of: .approvalRejected)
      .digests(of: approval.predicate.modelID, where: "approval_digest", is: row.digest, in: database)
    let rows = try store.rejections(of: row.digest, or: evidenced, in: database)
    if let gone = evidenced.first(where: { digest in !rows.contains { $0.digest == digest } }) {
      throw StoredRowFault("rejection \(gone)", "it was accepted and is gone")
    }
    return try rows.map { try verified($0, concerning: row) }
      .first { $0.predicate.approvalDigest == approval.digest }
  }

  private func verified(_ row: RejectionRow, concerning approval: ApprovalRow) throws -> Attested<ApprovalRejection> {
    let name = "rejection \(row.digest), read for approval \(approval.approvalID)"
    let rejection: Attested<ApprovalRejection>
    do {
      rejection = try UnverifiedEnvelope(parsing: row.envelope, maximumPayload: AttestationFormat.maximumPayload)
        .attested(by: root.keysEver(of: .approver))
    } catch { throw StoredRowFault(name, "\(error)") }
    guard rejection.digest.description == row.digest,
      rejection.predicate.approvalDigest.description == row.approvalDigest
    else { throw StoredRowFault(name, "its columns and its envelope differ") }
    return rejection
  }

  private func condemned(_ approval: Attested<ModelApproval>, in database: Database) throws -> String? {
    try tombstones.condemnation(of: approval, acceptedBy: root.keysEver(of: .governance), in: database)
  }
}
