import Storage
import Attestations
import Daemon
import GRDB
import PlaneContract
import Signing
import Wire

/// Answers where one approval stands, with the evidence for the caller to verify. Reads only; everything is verified again.
struct ApprovalQueries: Sendable {
  let context: PlaneContext
  private let store = ApprovalStore()

  init(context: PlaneContext) { self.context = context }

  /// By approval id, or by the digest of a training output: then its newest approval that is neither rejected nor expired, else
  /// the output alone, as submitted.
  func detail(_ body: ApprovalGet, root: VerifiedTrustRoot, now: Timestamp) async throws -> ApprovalDetail {
    let register = ApprovalRegister(context: context, root: root)
    return try await context.database.read { [self] database in
      if let id = body.approvalID { return try detail(of: id, register, now: now, in: database) }
      guard let digest = body.trainingOutputDigest else { throw Refusal(.invalidRequest, "approval.get names nothing") }
      return try detail(ofOutput: digest, register, now: now, in: database)
    }
  }

  private func detail(of id: ApprovalID, _ register: ApprovalRegister, now: Timestamp, in database: Database) throws
    -> ApprovalDetail
  {
    guard let held = try register.find(id, in: database) else {
      throw Refusal(.notFound, "governance has no approval \(id); see planectl approvals")
    }
    return try detail(of: held, register.root, now: now, in: database)
  }

  private func detail(ofOutput digest: Digest, _ register: ApprovalRegister, now: Timestamp, in database: Database)
    throws -> ApprovalDetail
  {
    guard let output = try register.output(digest, in: database) else {
      throw Refusal(.notFound, "governance has no training output \(digest); submitted just now? try again")
    }
    if let held = try register.newestStanding(ofOutput: digest, now: now, in: database) {
      return try detail(of: held, register.root, now: now, in: database)
    }
    return ApprovalDetail(
      approvalID: nil, status: .submitted, approvers: [], requiredApprovers: 0, approval: nil,
      trainingOutput: output.attested.envelope, nandaSignatures: [])
  }

  private func detail(of held: RegisteredApproval, _ root: VerifiedTrustRoot, now: Timestamp, in database: Database)
    throws -> ApprovalDetail
  {
    let answer = held.answer(root, now: now)
    return ApprovalDetail(
      approvalID: held.id, status: answer.status, approvers: answer.approvers,
      requiredApprovers: answer.requiredApprovers, approval: held.envelope,
      trainingOutput: held.output.attested.envelope,
      nandaSignatures: answer.status == .active
        ? try nandaSignatures(of: held, answer.approvers, root, in: database) : [])
  }

  /// Of the approvers who count, and of an active approval only: upstream's software counts entries.
  private func nandaSignatures(
    of held: RegisteredApproval, _ approvers: [PrincipalID], _ root: VerifiedTrustRoot, in database: Database
  ) throws -> [(PrincipalID, Signature)] {
    let record = NandaRecord(held.predicate).hash
    return try context.guardingStoredRows {
      try store.signatures(of: held.digest.description, in: database).compactMap { row in
        guard let principal = PrincipalID(row.principal), approvers.contains(principal) else { return nil }
        let keys = root.keysEver(of: principal)
        guard let signature = Signature(bytes: row.nandaSignature),
          keys.contains(where: { $0.verifies(signature, over: record) })
        else { throw StoredRowFault("approval \(held.id)", "nanda_signature is not \(principal)'s") }
        return (principal, signature)
      }
    }
  }
}
