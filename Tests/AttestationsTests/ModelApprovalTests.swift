import Attestations
import Signing
import Testing
import Wire

@Suite struct ModelApprovalTests {
  let house: House
  let envelope: UnverifiedEnvelope

  init() throws {
    house = try House()
    let approval = try house.approval(of: house.trainingOutput())
    envelope = try UnverifiedEnvelope(attesting: approval, by: House.keys(["alice"]))
  }

  @Test func anApprovalComesBackFromItsEnvelope() throws {
    let expected = try house.approval(of: house.trainingOutput())
    let attested: Attested<ModelApproval> = try envelope.attested(by: [House.key("alice").publicKey])
    #expect(attested.predicate.approvalID == expected.approvalID)
    #expect(attested.predicate.environments == expected.environments)
    #expect(attested.digest == Digest(hashing: Statement<ModelApproval>.payload(of: attested.predicate)))
  }

  @Test(
    arguments: [
      ("expires_at", .null, "missing"), ("expires_at", 4_102_444_800, "string"), ("expires_at", "never", "time"),
      ("expires_at", "2026-01-02T03:04:05+00:00", "not after approved_at"),
      ("expires_at", "2026-01-02T03:04:04+00:00", "not after approved_at"),
      ("expires_at", "2027-01-02T03:04:05Z", "time"), ("approved_at", 0, "string"),
      ("approved_environments", .null, "missing"), ("approved_environments", [], "at least one"),
      ("approved_environments", "staging", "array"), ("approved_environments", ["Staging"], "1 to 64"),
      ("approved_environments", ["staging", "staging"], "twice"),
      ("approved_environments", ["staging", .null], "string"),
      ("approved_scopes", [], "null or name at least one"), ("approved_scopes", "any", "array"),
      ("approved_scopes", ["*"], "1 to 64"), ("required_approvers", 0, "whole number from 1"),
      ("required_approvers", -1, "whole number from 1"), ("required_approvers", 16, "whole number from 1"),
      ("required_approvers", "2", "whole number from 1"), ("required_approvers", true, "whole number from 1"),
      ("required_approvers", .null, "missing"), ("approval_id", "../1", "1 to 128"),
      ("model_id", "org/../x", "path part"),
      ("approved_by", "Alice", "1 to 64"), ("profile", .null, "missing"),
      ("trust_root_version", 0, "whole number from 1"),
      ("weights_hash", .string(String(repeating: "a", count: 64)), "sha256:"),
      ("weights_hash", .string("sha256:" + String(repeating: "A", count: 64)), "lowercase"),
      ("training_output_digest", "sha256:", "lowercase"), ("status", "active", "not a field"),
      ("approver_signatures", ["bob": "unsigned"], "not a field"),
    ] as [(String, JSONValue, String)])
  func aFieldThatBreaksItsRuleIsRefusedThoughItIsSigned(field: String, value: JSONValue, problem: String) throws {
    let altered = try envelope.altered("predicate", field, to: value, signedBy: ["alice"])
    expectRefusal(of: altered, saying: problem)
  }

  @Test(arguments: ["approval_id", "model_id", "weights_hash", "approved_by", "approved_at", "trust_root_version"])
  func aMissingFieldIsRefused(field: String) throws {
    expectRefusal(of: try envelope.altered("predicate", field, to: nil, signedBy: ["alice"]), saying: "is missing")
  }

  @Test func anAbsentScopeIsANullOne() throws {
    let altered = try envelope.altered("predicate", "approved_scopes", to: nil, signedBy: ["alice"])
    let attested: Attested<ModelApproval> = try altered.attested(by: [House.key("alice").publicKey])
    #expect(attested.predicate.scopes == nil)
  }

  private func expectRefusal(of envelope: UnverifiedEnvelope, saying problem: String) {
    let error = #expect(throws: AttestationError.self) {
      try envelope.attested(ModelApproval.self, by: House.keys(["alice"]).map(\.publicKey))
    }
    #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
  }
}
