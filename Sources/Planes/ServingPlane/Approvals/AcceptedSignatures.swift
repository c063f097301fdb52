import Attestations
import GRDB
import Signing
import Storage
import Wire

/// This plane's own record of which signatures over an approval it took under which version of the trust root. What somebody signed who
/// has retired since counts by this record and by nothing else (DESIGN section 4).
struct AcceptedSignatures {
  /// Inside the commit that stores them. A signature that was on record stays under its version.
  func record(_ proven: ProvenApproval, in database: Database) throws {
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO accepted_signature VALUES (?, ?, ?, ?) ON CONFLICT (approval_digest, keyid) DO UPDATE
        SET signature = excluded.signature, trust_root_version = excluded.trust_root_version
        WHERE signature <> excluded.signature
        """)
    for signature in proven.acceptable {
      try statement.execute(arguments: [
        proven.approval.digest.description, signature.keyID, Base64.encode(signature.bytes), proven.root.version,
      ])
    }
  }

  /// - Parameter version: of the root under which the approval itself was taken.
  func acceptance(
    of approval: String, takenUnder version: Int, in database: Database
  ) throws -> ApprovalAcceptance {
    let sql = "SELECT keyid, signature, trust_root_version FROM accepted_signature WHERE approval_digest = ?"
    let rows = try Row.fetchAll(database.cachedStatement(sql: sql), arguments: [approval])
    let signatures = rows.compactMap { row -> (EnvelopeSignature, Int)? in
      guard let bytes = Base64.decode(row["signature"] as String) else { return nil }
      return (EnvelopeSignature(keyID: row["keyid"], bytes: bytes), row["trust_root_version"])
    }
    return ApprovalAcceptance(
      rootVersion: version, signatures: Dictionary(signatures, uniquingKeysWith: max))
  }
}
