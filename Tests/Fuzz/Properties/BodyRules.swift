import PlaneContract
import Signing
import Wire

/// A body that its kind accepts is written so that it reads the same.
enum BodyRules {
  static func check(_ message: Message) throws {
    if message.kind == MessageKind.errorKind { return try checkRefusal(message.body) }
    guard let read = readers[message.kind] else { return }
    _ = try read(message.body)
  }

  private static let readers: [String: @Sendable (JSONObject) throws -> Bool] = {
    var readers: [String: @Sendable (JSONObject) throws -> Bool] = [:]
    for kind in MessageKind.allCases {
      readers[kind.rawValue] = request(kind)
      readers[kind.resultKind] = result(of: kind)
    }
    return readers
  }()

  private static func request(_ kind: MessageKind) -> @Sendable (JSONObject) throws -> Bool {
    switch kind {
    case .trainingComplete: { try roundTrip(TrainingComplete.self, $0) }
    case .trainingPublish, .observationPublish: { try roundTrip(TrainingPublication.self, $0) }
    case .approvalPropose: { try roundTrip(ApprovalPropose.self, $0) }
    case .approvalSign: { try roundTrip(ApprovalSign.self, $0) }
    case .approvalReject: { try roundTrip(ApprovalReject.self, $0) }
    case .approvalList: { try roundTrip(ApprovalList.self, $0) }
    case .approvalGet: { try roundTrip(ApprovalGet.self, $0) }
    case .modelList: { try roundTrip(ModelList.self, $0) }
    case .modelGet: { try roundTrip(ModelGet.self, $0) }
    case .approvalPublish: { try roundTrip(ApprovalPublication.self, $0) }
    case .modelRevoke: { try roundTrip(Revocation.self, $0) }
    case .revocationPublish: { try roundTrip(RevocationPublication.self, $0) }
    case .leasePublish: { try roundTrip(LeasePublication.self, $0) }
    case .modelDeploy: { try roundTrip(ModelDeploy.self, $0) }
    case .modelUndeploy: { try roundTrip(ModelUndeploy.self, $0) }
    case .modelAuthorize: { try roundTrip(ModelAuthorize.self, $0) }
    case .deploymentList: { try roundTrip(DeploymentList.self, $0) }
    case .modelObserve: { try roundTrip(ModelObserve.self, $0) }
    case .driftGet: { try roundTrip(DriftGet.self, $0) }
    case .attestationGet: { try roundTrip(AttestationGet.self, $0) }
    case .revocationList: { try roundTrip(RevocationList.self, $0) }
    case .planeStatus: { _ in true }
    case .ledgerGet: { try roundTrip(LedgerGet.self, $0) }
    case .checkpointPublish: { try roundTrip(CheckpointPublication.self, $0) }
    }
  }

  private static func result(of kind: MessageKind) -> @Sendable (JSONObject) throws -> Bool {
    switch kind {
    case .trainingComplete: { try roundTrip(TrainingReceipt.self, $0) }
    case .trainingPublish, .observationPublish, .approvalPublish, .revocationPublish:
      { try roundTrip(Acceptance.self, $0) }
    case .approvalPropose, .approvalSign, .approvalReject: { try roundTrip(ApprovalState.self, $0) }
    case .approvalList: { try roundTrip(Page<ApprovalSummary>.self, $0) }
    case .approvalGet: { try roundTrip(ApprovalDetail.self, $0) }
    case .modelList: { try roundTrip(Page<ModelSummary>.self, $0) }
    case .modelGet: { try roundTrip(ModelVersions.self, $0) }
    case .modelRevoke: { try roundTrip(RevocationReceipt.self, $0) }
    case .leasePublish: { try roundTrip(LeaseReceipt.self, $0) }
    case .modelDeploy: { try roundTrip(DeployReceipt.self, $0) }
    case .modelUndeploy: { try roundTrip(UndeployReceipt.self, $0) }
    case .deploymentList: { try roundTrip(Page<DeploymentSummary>.self, $0) }
    case .modelObserve: { try roundTrip(ObservationReceipt.self, $0) }
    case .driftGet: { try roundTrip(Page<DriftCheckItem>.self, $0) }
    case .attestationGet: { try roundTrip(FoundAttestation.self, $0) }
    case .revocationList: { try roundTrip(RevocationPage.self, $0) }
    case .planeStatus: { try roundTrip(PlaneStatus.self, $0) }
    case .ledgerGet:
      {
        try roundTrip(LedgerEntries.self, $0) || roundTrip(LedgerProof.self, $0) || roundTrip(LedgerHead.self, $0)
          || roundTrip(LedgerConsistency.self, $0)
      }
    case .checkpointPublish: { try roundTrip(CheckpointReceipt.self, $0) }
    // A decision, which `decision` looks at.
    case .modelAuthorize: { _ in true }
    }
  }

  private static func roundTrip<B: Body>(_ type: B.Type, _ body: JSONObject) throws -> Bool {
    guard let read = try? B(body) else { return false }
    let written = try B(read.fields).fields
    // Times in messages are written to the millisecond, so it is the second writing that must not change any more.
    try promise(try B(written).fields == written, "a \(type) is written so that it reads the same")
    return true
  }

  private static func checkRefusal(_ body: JSONObject) throws {
    let refusal = Refusal(body: body)
    try promise(refusal.code != .internal || body["code"]?.string != "denied", "a code keeps its meaning")
    let again = Refusal(body: refusal.body)
    try promise(
      again.code == refusal.code && again.message.utf8.elementsEqual(refusal.message.utf8), "a refusal is kept")
    try promise(again.decision == refusal.decision, "a decision inside a refusal is kept")
  }
}
