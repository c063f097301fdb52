import Attestations
import Drift
import FuzzProperties
import MerkleLog
import PlaneContract
import Signing
import Wire

/// One of everything that the people and planes of the house send each other and sign, the same in every run.
struct SoundPapers {
  let house: FuzzHouse
  private let now = FuzzHouse.now
  private let output: UnverifiedEnvelope
  private let approval: UnverifiedEnvelope
  private let revocation: UnverifiedEnvelope
  private let rejection: UnverifiedEnvelope
  private let promotion: UnverifiedEnvelope
  private let undeployment: UnverifiedEnvelope
  private let lease: UnverifiedEnvelope
  private let window: Observation
  private let observation: UnverifiedEnvelope
  private let driftCheck: UnverifiedEnvelope
  private let nanda: Signature
  let log: SoundLog
  private let publication: CheckpointPublication

  init() throws {
    house = try FuzzHouse.only.get()
    log = try SoundLog(house)
    publication = try log.publication()
    let paper = HousePapers(house: house)
    output = try paper.trainingOutput()
    let approved = paper.approval(of: output)
    nanda = try house.key("alice").sign(NandaRecord(approved).hash)
    approval = try paper.signed(approved, by: "alice", "bob", "governance-plane")
    revocation = try paper.signed(paper.revocation, by: "bob")
    rejection = try paper.signed(paper.rejection(of: approval), by: "bob")
    promotion = try paper.signed(PromotionResult(paper.record(promoted: true, approval)), by: "serving-plane")
    undeployment = try paper.signed(Undeployment(paper.record(promoted: false, approval)), by: "serving-plane")
    lease = try paper.signed(
      Lease(
        root: house.root, issuedAt: now, expiresAt: now.adding(seconds: 300),
        revocations: RevocationChain([revocation.payloadDigest])), by: "governance-plane")
    window = try paper.window()
    observation = try paper.signed(paper.observation(of: window, under: approval), by: "serving-plane")
    driftCheck = try paper.signed(paper.driftCheck(of: observation, against: output), by: "governance-plane")
  }

  var statements: [String: [UInt8]] {
    [
      "training-output": output.payload, "model-approval": approval.payload, "model-revocation": revocation.payload,
      "approval-rejection": rejection.payload, "promotion-result": promotion.payload,
      "undeployment": undeployment.payload, "lease": lease.payload, "serving-observation": observation.payload,
      "drift-check": driftCheck.payload,
    ]
  }

  var envelopes: [String: [UInt8]] {
    [
      "approval": approval.serialized, "revocation": revocation.serialized, "root": house.root.envelope.serialized,
      "dsse": Array(
        #"{"payload":"aGVsbG8gd29ybGQ","payloadType":"http://example.com/HelloWorld","signatures":[{"sig":"_-8"}],"x":[1]}"#
          .utf8),
      "null-keyid": Array(#"{"signatures":[{"keyid":null,"sig":""}],"payloadType":"","payload":""}"#.utf8),
    ]
  }

  /// That of the house, and the least that is one: every key costs the fuzzer time.
  func trustRoots() throws -> [String: [UInt8]] {
    let whole = house.root.root
    let small = try TrustRoot(
      version: 1, issuedAt: whole.issuedAt, expiresAt: whole.expiresAt, rootKeys: Array(whole.rootKeys.prefix(1)),
      threshold: 1,
      principals: whole.principals.filter { $0.person == nil || ["alice", "ci"].contains($0.id.text) },
      policy: Policy(environments: whole.policy.environments.filter { $0.key.text == "staging" }, profiles: [:]))
    return ["house": house.root.envelope.payload, "small": small.json.serialized()]
  }

  var questions: [String: [UInt8]] {
    requests.filter { $0.kind == .modelAuthorize }.reduce(into: [:]) { $0["\($1.from)"] = $1.body.serialized() }
  }

  var messages: [String: [UInt8]] {
    requests.reduce(into: [:]) { $0[$1.kind.rawValue] = payload($1.kind.rawValue, $1.body, $1.from, $1.to) }
  }

  var replies: [String: [UInt8]] {
    results.reduce(into: [:]) { $0[$1.0] = payload($1.0, $1.1, "serving-plane", "ci") }
  }

  var frames: [String: [UInt8]] {
    let stream: [UInt8] = [0, 0, 0, 1, 7, 0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 16] + [UInt8](repeating: 9, count: 16)
    return [
      "whole": [0] + stream, "dribbled": [6, 1, 1, 2, 1, 9, 1] + stream, "claims": [1, 5] + stream + [0, 16, 0, 0, 1],
    ]
  }

  private func payload(_ kind: String, _ body: JSONObject, _ from: String, _ to: String) -> [UInt8] {
    let message: JSONValue = [
      "v": 1, "id": "0123456789abcdef0123456789abcdef", "kind": .string(kind), "from": .string(from), "to": .string(to),
      "issued_at": .string(now.messageText), "expires_at": .string(now.adding(seconds: 30).messageText),
      "in_reply_to": .null, "request_digest": .null, "body": .object(body),
    ]
    return message.serialized()
  }

  private typealias Request = (kind: MessageKind, from: String, to: String, body: JSONObject)

  private var requests: [Request] {
    let submission = HousePapers.result
    let model = submission.modelID
    let environment = EnvironmentName(checked: "staging")
    let id = ApprovalID(checked: HousePapers.approvalID)
    return [
      (.trainingComplete, "trainer", "training-plane", TrainingComplete(result: submission).fields),
      (.trainingPublish, "training-plane", "governance-plane", TrainingPublication(attestation: output).fields),
      (
        .approvalPropose, "alice", "governance-plane",
        ApprovalPropose(trainingOutputDigest: output.payloadDigest, approval: approval, nandaSignature: nanda).fields
      ),
      (
        .approvalSign, "bob", "governance-plane",
        ApprovalSign(approvalID: id, signature: approval.signatures[1], nandaSignature: nanda).fields
      ),
      (.approvalReject, "bob", "governance-plane", ApprovalReject(decision: rejection).fields),
      (.approvalList, "bridge", "governance-plane", ApprovalList(status: .active, modelID: model, after: "7").fields),
      (.approvalGet, "ci", "governance-plane", ApprovalGet(approvalID: id).fields),
      (
        .approvalPublish, "governance-plane", "serving-plane",
        ApprovalPublication(approval: approval, trainingOutput: output).fields
      ),
      (.modelRevoke, "alice", "serving-plane", Revocation(revocation: revocation).fields),
      (
        .revocationPublish, "governance-plane", "serving-plane",
        RevocationPublication(revocation: revocation, observation: observation).fields
      ),
      (.modelObserve, "metrics", "serving-plane", ModelObserve(observation: window).fields),
      (.observationPublish, "serving-plane", "governance-plane", TrainingPublication(attestation: observation).fields),
      (.driftGet, "bridge", "governance-plane", DriftGet(modelID: model, environment: environment).fields),
      (.leasePublish, "governance-plane", "serving-plane", LeasePublication(lease: lease).fields),
      (
        .modelDeploy, "ci", "serving-plane",
        ModelDeploy(modelID: model, environment: environment, approvalID: id, weightsPath: "/srv/iris").fields
      ),
      (
        .modelUndeploy, "ci", "serving-plane",
        ModelUndeploy(modelID: model, environment: environment, reason: "old").fields
      ),
      (.modelAuthorize, "ci", "serving-plane", ModelAuthorize(question: HousePapers.question, attest: true).fields),
      (
        .deploymentList, "metrics", "serving-plane",
        DeploymentList(environment: environment, at: now, history: true).fields
      ),
      (.checkpointPublish, "training-plane", "governance-plane", publication.fields),
      (.planeStatus, "bridge", "serving-plane", [:]),
      (.ledgerGet, "bridge", "serving-plane", LedgerGet.entries(from: 0, limit: 10).fields),
      (.ledgerGet, "bridge", "serving-plane", LedgerGet.proof(index: 3, size: 7).fields),
      (.ledgerGet, "bridge", "serving-plane", LedgerGet.head.fields),
      (.ledgerGet, "bridge", "serving-plane", LedgerGet.consistency(from: 3, size: nil).fields),
    ]
  }

  private var results: [(String, JSONObject)] {
    let paper = HousePapers(house: house)
    let state = ApprovalState(
      approvalID: ApprovalID(checked: HousePapers.approvalID), status: .pending,
      approvers: [PrincipalID(checked: "alice")], requiredApprovers: 2)
    return [
      ("training.complete.result", TrainingReceipt(attestation: output).fields),
      ("training.publish.result", Acceptance(digest: output.payloadDigest).fields),
      ("approval.sign.result", state.fields),
      ("approval.list.result", Page(items: [paper.approvalSummary(of: output)], next: "8").fields),
      ("approval.get.result", paper.detail(approval, output, nanda).fields),
      ("model.revoke.result", RevocationReceipt(approvals: [state.approvalID]).fields),
      ("model.deploy.result", DeployReceipt(promotion: promotion).fields),
      ("model.undeploy.result", UndeployReceipt(undeployment: undeployment).fields),
      ("deployment.list.result", Page(items: [paper.deploymentSummary(approval)], next: nil).fields),
      ("model.observe.result", ObservationReceipt(digest: observation.payloadDigest).fields),
      (
        "drift.get.result",
        Page(
          items: [DriftCheckItem(driftCheck: driftCheck, observation: observation, trainingOutput: output)], next: "3"
        ).fields
      ),
      ("checkpoint.publish.result", log.receipt.fields),
      (
        "lease.publish.result",
        LeaseReceipt(
          revocations: RevocationChain([revocation.payloadDigest]), approvalCount: 1, checkpoint: log.head.note,
          cosignature: log.head.note.lines.last
        ).fields
      ),
      (
        "ledger.get.result",
        LedgerHead(checkpoint: log.head.note, cosigned: log.head.note, witnessed: [log.head.note]).fields
      ),
      ("plane.status.result", paper.status.fields),
      ("error", Refusal(.denied, "no", now: now, decision: ["verificationResult": "FAILED"]).body),
    ]
  }
}
