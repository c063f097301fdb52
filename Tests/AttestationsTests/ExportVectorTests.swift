import Attestations
import Foundation
import Signing
import Testing
import Wire

/// Exports of fixed approvals by fixed keys, byte for byte as Python makes them (Tests/Interop/export_vectors.py).
@Suite struct ExportVectorTests {
  private static let document: JSONObject = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = (try? Data(contentsOf: folder.appendingPathComponent("Vectors/exports.json"))) ?? Data()
    return (try? StrictJSON.parse(Array(data)))?.object ?? [:]
  }()

  private static func signers() throws -> [(name: PrincipalID, key: SecretKey)] {
    try (document["signers"]?.object ?? [:]).members.map { member in
      var seed = try #require(Hex.decode(member.value.string ?? ""))
      return (PrincipalID(checked: member.key), try SecretKey(seed: &seed))
    }
  }

  @Test(arguments: 0..<2) func anExportIsTheSameToTheLastByte(index: Int) throws {
    let exports = try #require(Self.document["exports"]?.array)
    #expect(exports.count == 2)
    let known = try #require(exports[index].object)
    let signers = try Self.signers()
    let approval = try Self.approval(of: #require(known["fields"]?.object))

    let envelope = try UnverifiedEnvelope(attesting: approval, by: signers.map(\.key))
    #expect(String(decoding: envelope.serialized, as: UTF8.self) == known["dsse"]?.string)

    let record = NandaRecord(approval)
    let signatures = try signers.map { ($0.name, try $0.key.sign(record.hash)) }
    let exported = record.exported(status: "active", signatures: signatures)
    #expect(String(decoding: exported.serialized(), as: UTF8.self) == known["nanda"]?.string)
  }

  /// Read as a verifier reads it, from a statement that holds the fields.
  private static func approval(of fields: JSONObject) throws -> ModelApproval {
    let statement: JSONObject = [
      "_type": "https://in-toto.io/Statement/v1",
      "subject": [
        [
          "name": try #require(fields["model_id"]),
          "digest": ["sha256": .string(String(try #require(fields["weights_hash"]?.string).dropFirst(7)))],
        ]
      ],
      "predicateType": "https://projectnanda.org/model-governance/model-approval/v1", "predicate": .object(fields),
    ]
    return try Statement<ModelApproval>.parse(statement.serialized())
  }
}
