import Attestations
import PlaneContract
import Signing
import Testing
import Wire

@Suite struct BodyTests {
  @Test func aNullEnvironmentIsAnAbsentOneAndAnEmptyOneIsRefused() throws {
    for body in [["model_id": "m"], ["model_id": "m", "environment": .null]] as [JSONObject] {
      #expect(try ModelDeploy(body).environment == nil)
      #expect(try ModelAuthorize(body).question.environment == nil)
    }
    for name in ["", "Staging", "a b", "../x"] {
      expectRefusal(of: "environment", ModelDeploy.self, ["model_id": "m", "environment": .string(name)])
      expectRefusal(of: "environment", ModelAuthorize.self, ["model_id": "m", "environment": .string(name)])
    }
    expectRefusal(of: "environment", ModelDeploy.self, ["model_id": "m", "environment": ["staging"]])
    expectRefusal(of: "environment", ModelUndeploy.self, ["model_id": "m"])
  }

  @Test func anUnknownFieldIsRefusedInEveryRequest() {
    let digest = JSONValue.string(Digest(hashing: []).description)
    expectRefusal(of: "force", ModelDeploy.self, ["model_id": "m", "force": true])
    expectRefusal(of: "force", ModelAuthorize.self, ["model_id": "m", "force": true])
    expectRefusal(of: "force", ModelUndeploy.self, ["model_id": "m", "environment": "e", "force": true])
    expectRefusal(of: "force", ApprovalList.self, ["force": true])
    expectRefusal(of: "force", ApprovalGet.self, ["approval_id": "a", "force": true])
    expectRefusal(of: "force", DeploymentList.self, ["force": true])
    expectRefusal(of: "force", Acceptance.self, ["digest": digest, "force": true])
  }

  @Test func anApprovalIsAskedForByExactlyOneName() {
    let digest = JSONValue.string(Digest(hashing: []).description)
    expectRefusal(of: "approval_id", ApprovalGet.self, [:])
    expectRefusal(of: "approval_id", ApprovalGet.self, ["approval_id": "a", "training_output_digest": digest])
  }

  @Test func pagesAreBounded() {
    for limit in [0, -1, 501, Int.max] {
      expectRefusal(of: "limit", ApprovalList.self, ["limit": .init(limit)])
      expectRefusal(of: "limit", DeploymentList.self, ["limit": .init(limit)])
    }
    expectRefusal(of: "after", ApprovalList.self, ["after": .string(String(repeating: "x", count: 201))])
    expectRefusal(of: "status", ApprovalList.self, ["status": "approved"])
  }

  @Test func aReceiptThatNamesAnotherDigestIsRefused() throws {
    let attestation = try UnverifiedEnvelope(signing: [1], as: .statement, by: [SecretKey.generate()])
    let receipt = TrainingReceipt(attestation: attestation)
    #expect(try TrainingReceipt(receipt.fields).digest == attestation.payloadDigest)
    let lie: JSONObject = ["attestation": attestation.json, "digest": .string(Digest(hashing: [2]).description)]
    expectRefusal(of: "digest", TrainingReceipt.self, lie)
  }

  @Test func anAttestationOverItsBoundIsRefused() throws {
    let large = [UInt8](repeating: 0x20, count: AttestationFormat.maximumPayload + 1)
    let envelope = try UnverifiedEnvelope(signing: large, as: .statement, by: [SecretKey.generate()])
    expectRefusal(of: "attestation", TrainingPublication.self, ["attestation": envelope.json])
    expectRefusal(of: "revocation", Revocation.self, ["revocation": envelope.json])
    expectRefusal(
      of: "approval", ApprovalPublication.self, ["approval": envelope.json, "training_output": envelope.json])
  }

  /// Upstream counts the entries of a record, so one that is shown too early would be somebody's quorum.
  @Test(arguments: ApprovalStatus.allCases) func recordSignaturesAreShownOnlyOfAnActiveApproval(status: ApprovalStatus)
    throws
  {
    let envelope = try UnverifiedEnvelope(signing: [1], as: .statement, by: [SecretKey.generate()])
    let signature = try #require(Signature(bytes: [UInt8](repeating: 1, count: 64)))
    let detail = ApprovalDetail(
      approvalID: ApprovalID(checked: "a"), status: status, approvers: [PrincipalID(checked: "alice")],
      requiredApprovers: 1, approval: envelope, trainingOutput: envelope,
      nandaSignatures: [(PrincipalID(checked: "alice"), signature)])
    #expect((detail.fields["nanda_signatures"] != nil) == (status == .active))
    #expect(try ApprovalDetail(detail.fields).nandaSignatures.count == (status == .active ? 1 : 0))
  }

  @Test func aRevocationReceiptThatDoesNotSayRevokedIsNone() throws {
    #expect(try RevocationReceipt(["revoked": true, "approvals": ["a"]]).approvals.map(\.text) == ["a"])
    for flag in [false, .null, "true"] as [JSONValue] {
      #expect(throws: FieldError.self) { try RevocationReceipt(["revoked": flag, "approvals": []]) }
    }
  }

  @Test func whatAClientWritesIsWhatThePlaneReads() throws {
    let question = GateQuestion(
      modelID: ModelID(checked: "m"), environment: EnvironmentName(checked: "e"), scope: ScopeName(checked: "s"),
      approvalID: ApprovalID(checked: "a"), weightsHash: Digest(hashing: []))
    let asked = ModelAuthorize(question: question, attest: true)
    #expect(try ModelAuthorize(asked.fields).fields == asked.fields)
    let deploy = ModelDeploy(
      modelID: question.modelID, environment: question.environment, scope: question.scope,
      approvalID: question.approvalID, weightsPath: "/w")
    #expect(try ModelDeploy(deploy.fields).fields == deploy.fields)
    let list = ApprovalList(status: .active, modelID: question.modelID, expiringWithinDays: 7, after: "x", limit: 3)
    #expect(try ApprovalList(list.fields).fields == list.fields)
    let page = Page(items: [Acceptance(digest: Digest(hashing: []))], next: "x")
    #expect(try Page<Acceptance>(page.fields).fields == page.fields)
  }

  private func expectRefusal<B: Body>(
    of field: String, _ type: B.Type, _ body: JSONObject, at location: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: FieldError.self, sourceLocation: location) { try B(body) }
    #expect(error?.field == "body.\(field)", "\(String(describing: error))", sourceLocation: location)
  }
}
