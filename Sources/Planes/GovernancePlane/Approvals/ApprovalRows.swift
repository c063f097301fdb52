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
  let payload: [UInt8]
  let governanceSignature: [UInt8]?

  init(row: Row) {
    digest = row["digest"]
    approvalID = row["approval_id"]
    trainingOutputDigest = row["training_output_digest"]
    payload = [UInt8](row["payload"] as Data)
    governanceSignature = (row["governance_signature"] as Data?).map { [UInt8]($0) }
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
}
