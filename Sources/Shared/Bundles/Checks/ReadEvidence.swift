import Attestations
import MerkleLog
import Signing
import Wire

/// An entry of a bundle whose form and subject are right. That it stands in a log is the other checks' to say.
struct ReadEvidence {
  let role: Role
  let origin: String
  let entry: UnverifiedEntry
  let event: EvidenceEvent
  let proof: String

  /// As a promotion names its intent.
  var id: String { "\(origin)#\(entry.index)" }
}

/// What the entries of a bundle may be about: an event of a plane, and the papers whose digest it then bears.
struct EvidenceSubjects {
  private let digests: [Role: [EvidenceEvent: Set<Digest>]]
  /// Without these the papers are not complete.
  let required: [(role: Role, event: EvidenceEvent)]

  init(_ bundle: UnverifiedBundle) {
    let output: Set = [bundle.trainingOutput.payloadDigest]
    let approval: Set = [bundle.approval.payloadDigest]
    let promotion = Set(bundle.promotion.map { [$0.payloadDigest] } ?? [])
    let revocations = Set(bundle.revocations.map(\.payloadDigest))
    digests = [
      .training: [.trainingCompleted: output],
      .governance: [
        .trainingReceived: output, .approvalProposed: approval, .approvalSigned: approval, .modelApproved: approval,
        .modelApprovalRevoked: revocations,
      ],
      .serving: [
        .approvalReceived: approval, .deploymentIntended: approval, .modelDeployment: promotion,
        .modelApprovalRevoked: revocations,
      ],
    ]
    let deployed: [(Role, EvidenceEvent)] = [(.serving, .deploymentIntended), (.serving, .modelDeployment)]
    required =
      [(.training, .trainingCompleted), (.governance, .modelApproved)] + (bundle.promotion == nil ? [] : deployed)
  }

  func contains(_ digest: Digest?, of event: EvidenceEvent, by role: Role) -> Bool {
    digest.map { digests[role]?[event]?.contains($0) == true } ?? false
  }
}

extension VerifiedTrustRoot {
  /// Under which origins a plane's log may appear: its name is the principal's, which a root may change.
  package func origins(of role: Role) -> Set<String> {
    Set(
      keysEver(of: role).compactMap(owner(of:)).map {
        EvidenceOrigin(rootDigest: originDigest, plane: $0.text).description
      })
  }
}
