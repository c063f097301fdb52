import Attestations
import Foundation
import Signing
import Testing
import Wire

/// The recorded answers of the public NANDA packages (Tests/Vectors/upstream.json).
@Suite struct NandaVectorTests {
  struct Approval: Sendable, CustomTestStringConvertible {
    let record: JSONObject
    let canonical: String
    let hash: String
    let signature: String
    var testDescription: String { record["approval_id"]?.string ?? "" }
  }

  static let document: JSONObject = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = (try? Data(contentsOf: folder.appendingPathComponent("Vectors/upstream.json"))) ?? Data()
    return (try? StrictJSON.parse(Array(data)))?.object ?? [:]
  }()

  static let approvals: [Approval] = (document["approvals"]?.array ?? []).map { item in
    let text = { (key: String) in item.object?[key]?.string ?? "" }
    return Approval(
      record: item.object?["approval"]?.object ?? [:], canonical: text("canonical"),
      hash: text("sha256_hex_signed_as_ascii"), signature: text("signature_hex"))
  }

  static let datasets: [JSONObject] = (document["dataset_hash"]?.array ?? []).compactMap(\.object)

  @Test func theVectorsAreThere() {
    #expect(Self.approvals.count >= 2 && Self.datasets.count >= 2)
  }

  @Test(arguments: approvals) func anApprovalsCanonicalFormHashAndSignature(approval: Approval) throws {
    var signed = approval.record
    for key in ["signature", "status", "approver_signatures"] { signed = signed.with(key, nil) }
    let canonical = NandaCanonicalJSON.encode(.object(signed))
    #expect(String(decoding: canonical, as: UTF8.self) == approval.canonical)
    let hash = NandaRecordHash(canonicalJSON: canonical)
    #expect(hash.digest.hex == approval.hash)
    let seed = try #require(Self.document["ed25519_seed_hex"]?.string)
    var bytes = try #require(Hex.decode(seed))
    let key = try SecretKey(seed: &bytes)
    #expect(key.publicKey.hex == Self.document["ed25519_pub_hex"]?.string)
    #expect(try key.sign(hash).hex == approval.signature)
    #expect(key.publicKey.verifies(try #require(Signature(hex: approval.signature)), over: hash))
  }

  @Test(arguments: datasets) func aDatasetsHash(dataset: JSONObject) throws {
    let canonical = NandaCanonicalJSON.encode(try #require(dataset["input"]))
    #expect(String(decoding: canonical, as: UTF8.self) == dataset["canonical"]?.string)
    #expect(Digest(hashing: canonical).hex == dataset["sha256"]?.string)
  }

  @Test func aProvenancesCanonicalForm() throws {
    let attestation = try #require(Self.document["attestation"]?.object)
    let canonical = NandaCanonicalJSON.encode(try #require(attestation["provenance"]))
    #expect(String(decoding: canonical, as: UTF8.self) == attestation["canonical"]?.string)
    #expect(
      Digest(hashing: canonical).hex == attestation["attestation"]?.object?["provenance_digest"]?.string)
  }
}

@Suite struct NandaRecordTests {
  @Test func theExportedRecordHasUpstreamsFourteenKeysInOrder() throws {
    let house = try House()
    let approval = try house.approval(of: house.trainingOutput())
    let record = NandaRecord(approval)
    let signatures = try ["alice", "bob"].map { (PrincipalID(checked: $0), try House.key($0).sign(record.hash)) }
    let exported = record.exported(status: "active", signatures: signatures)
    #expect(
      exported.members.map(\.key) == [
        "approval_id", "model_id", "weights_hash", "approved_by", "approved_at", "expires_at", "profile",
        "correlation_id", "signature", "status", "approved_environments", "approved_scopes", "required_approvers",
        "approver_signatures",
      ])
    #expect(exported["signature"]?.string == signatures[0].1.hex)
    #expect(exported["approver_signatures"]?.object?.members.map(\.key) == ["alice", "bob"])
    #expect(exported["approved_scopes"] == .null)
  }

  @Test func everyFieldIsUnderTheHash() throws {
    let house = try House()
    let record = NandaRecord(try house.approval(of: house.trainingOutput()))
    for member in record.signedFields.members {
      let altered = record.signedFields.with(member.key, "altered")
      #expect(NandaRecordHash(canonicalJSON: NandaCanonicalJSON.encode(.object(altered))) != record.hash)
    }
    #expect(record.signedFields.members.count == 11)
  }
}
