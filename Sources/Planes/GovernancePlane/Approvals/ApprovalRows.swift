import Attestations
import FoundationEssentials
import GRDB
import Signing
import Wire

/// A row of `approval` as it stands in the file, of unknown worth until `ApprovalRegister` has verified it.
struct ApprovalRow: Sendable {
  let digest: String
  let approvalID: String
  let trainingOutputDigest: String
  let modelID: String
  let weightsHash: String
  let approvedBy: String
  let payload: [UInt8]
  let governanceSignature: [UInt8]?
  /// The `keyid` of governance's key that made it; null for what was signed before that key could change.
  let governanceKey: String?

  /// As a list takes it: nil without governance's signature, empty where its key is not on record.
  var signedByGovernance: String? { governanceSignature == nil ? nil : governanceKey ?? "" }

  init(row: Row) {
    digest = row["digest"]
    approvalID = row["approval_id"]
    trainingOutputDigest = row["training_output_digest"]
    modelID = row["model_id"]
    weightsHash = row["weights_hash"]
    approvedBy = row["approved_by"]
    payload = [UInt8](row["payload"] as Data)
    governanceSignature = (row["governance_signature"] as Data?).map { [UInt8]($0) }
    governanceKey = row["governance_key"]
  }

  /// Whether the columns, which lead to the row and are counted by, say what was signed.
  func agrees(with approval: Attested<ModelApproval>) -> Bool {
    let predicate = approval.predicate
    return digest == approval.digest.description && approvalID == predicate.approvalID.text
      && trainingOutputDigest == predicate.trainingOutputDigest.description && modelID == predicate.modelID.text
      && weightsHash == predicate.weightsHash.description && approvedBy == predicate.approvedBy.text
  }
}

/// A row of `approval_signature`, likewise.
struct ApproverSignatureRow: Sendable {
  let key: String
  let person: String
  let principal: String
  let signature: [UInt8]
  let nandaSignature: [UInt8]
  /// Under which this plane accepted it.
  let rootVersion: Int

  init(row: Row) {
    key = row["key"]
    person = row["person"]
    principal = row["principal"]
    signature = [UInt8](row["signature"] as Data)
    nandaSignature = [UInt8](row["nanda_signature"] as Data)
    rootVersion = row["trust_root_version"]
  }

  /// The approver whose signature counts, by what the columns say; for lists, which verify nothing.
  func counted(in root: VerifiedTrustRoot) -> Principal? {
    guard let holder = PrincipalID(principal).flatMap(root.principal), holder.keys.contains(where: { $0.hex == key }),
      root.counts(holder, as: .approver, acceptedUnder: rootVersion)
    else { return nil }
    return holder
  }

  /// Whether the columns name whose key it is, and a version in which that key was an approver's.
  func isOf(_ signer: PublicKey, in root: VerifiedTrustRoot) -> Bool {
    guard let owner = root.owner(of: signer) else { return false }
    return principal == owner.text && person == root.person(of: owner)?.text
      && root.lists(signer, as: .approver, inVersion: rootVersion)
  }
}

/// A row of `approval_rejection`, likewise.
struct RejectionRow: Sendable {
  let approvalDigest: String
  let digest: String
  let envelope: [UInt8]

  init(row: Row) {
    approvalDigest = row["approval_digest"]
    digest = row["digest"]
    envelope = [UInt8](row["envelope"] as Data)
  }
}
