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

  init(row: Row) {
    digest = row["digest"]
    approvalID = row["approval_id"]
    trainingOutputDigest = row["training_output_digest"]
    modelID = row["model_id"]
    weightsHash = row["weights_hash"]
    approvedBy = row["approved_by"]
    payload = [UInt8](row["payload"] as Data)
    governanceSignature = (row["governance_signature"] as Data?).map { [UInt8]($0) }
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

  init(row: Row) {
    key = row["key"]
    person = row["person"]
    principal = row["principal"]
    signature = [UInt8](row["signature"] as Data)
    nandaSignature = [UInt8](row["nanda_signature"] as Data)
  }

  /// Whether the columns name the holder of the key whose signature this is.
  func names(_ holder: Principal?) -> Bool {
    guard let holder else { return false }
    return principal == holder.id.text && person == holder.person?.text
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
