import Attestations
import GRDB
import Signing
import Wire

/// Where approvals are kept (upstream's name). What is read back to decide is verified again by the caller.
protocol ApprovalStore: Sendable {
  /// Stores an approval, or the greater set of verified signatures of one that is there.
  func store(_ proven: ProvenApproval, at now: Timestamp, in database: Database) throws -> ApprovalChange
  /// The newest approvals of a model, as stored; at most 1,000.
  func approvals(of model: ModelID, in database: Database) throws -> [StoredApproval]
  /// The names of at most `limit` models that have approvals, in order, after one of them.
  func models(after last: ModelID?, _ limit: Int, in database: Database) throws -> [ModelID]
  /// What was written down when an approval was taken; nil for one that never was.
  func acceptance(of digest: Digest, in database: Database) throws -> ApprovalAcceptance?
  /// One approval, as stored.
  func approval(_ digest: Digest, in database: Database) throws -> StoredApproval?
  func count(in database: Database) throws -> Int
  /// The approvals that a revocation of these weights, naming this id, finds here and that no earlier one has killed; oldest first.
  func approvalsAlive(of weights: Digest, or id: ApprovalID?, in database: Database) throws -> [(ApprovalID, Digest)]
}

/// One row, unverified.
struct StoredApproval: Sendable {
  let approvalID: String
  let digest: String
  let modelID: String
  let weightsHash: String
  let trainingOutputDigest: String
  let approval: [UInt8]
  /// Empty when the training output is gone.
  let trainingOutput: [UInt8]
  let acceptance: ApprovalAcceptance

  /// Whether the columns, which lead to the row and by which revocations find it, say what was signed.
  func agrees(with held: HeldApproval) -> Bool {
    let predicate = held.predicate
    return digest == held.digest.description && approvalID == predicate.approvalID.text
      && modelID == predicate.modelID.text && weightsHash == predicate.weightsHash.description
      && trainingOutputDigest == predicate.trainingOutputDigest.description
  }
}

/// What storing an approval did.
enum ApprovalChange: Equatable {
  /// Nothing: every signature was there.
  case none
  /// The row changed. `isAllThereIs`: it says exactly what was verified, and the model has no other approval.
  case stored(isAllThereIs: Bool)
}

enum ApprovalStoreError: Error, CustomStringConvertible {
  case idReused(ApprovalID)

  var description: String {
    switch self {
    case .idReused(let id): "\(id) already names another approval; ids are never reused"
    }
  }
}
