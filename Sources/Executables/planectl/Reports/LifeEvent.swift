import Attestations
import Drift
import MerkleLog
import PlaneContract
import Signing
import Wire

/// One line of a model's life: what happened, who did it, and where that is proven.
struct LifeEvent: Sendable {
  /// What an auditor looks for first.
  enum Phase: String, Sendable { case training, approval, deployment, drift, revocation, undeployment, other }

  let item: LifeItem
  let plane: Role
  /// The first entry's.
  let id: EvidenceID
  /// Planes that have cosigned a head over the last entry.
  let witnesses: [WitnessedHead]
  let phase: Phase
  /// In the words of the planes' documents; the event's name for one that this program does not know.
  let what: String
  private let actor: String?

  init(_ item: LifeItem, plane: Role, id: EvidenceID, _ witnesses: [WitnessedHead]) {
    (self.item, self.plane, self.id, self.witnesses) = (item, plane, id, witnesses)
    let known = EvidenceEvent(rawValue: item.first.event).flatMap { Self.vocabulary[$0] }
    phase = known?.0 ?? .other
    let taken = phase == .revocation ? ": taken by \(plane.planeName)" : ""
    what = (known?.1 ?? item.first.event) + taken
    actor = known?.2
  }

  var time: Timestamp { item.first.time }

  /// The one who did it, as the entry says; the plane for what it did by itself.
  var who: String { actor.flatMap { item.first.data[$0]?.string } ?? plane.planeName }

  var environment: String? { item.first.data["environment"]?.string }
  var weights: Digest? { item.first.data["weights_hash"]?.string.flatMap { Digest($0) } }

  /// `origin#index`, of a run with the last one's index.
  var evidence: String { item.count == 1 ? id.description : "\(id) to #\(item.last.index)" }

  var cosigners: String {
    witnesses.isEmpty ? "nobody yet" : witnesses.map(\.witness.planeName).joined(separator: ", ")
  }

  /// What else the entry says, by name, in its order. Digests are shortened: the versions and approvals have them in full.
  var facts: [(name: String, value: String)] {
    var facts: [(name: String, value: String)] = []
    if item.count > 1 { facts.append(("count", "\(item.count), the last at \(item.last.time.wholeSeconds)")) }
    for member in item.first.data.members where !Self.told.contains(member.key) && member.key != actor {
      guard let value = Self.fact(member.value) else { continue }
      let name = Self.name(member.key)
      facts.append((name, value.hasPrefix("\(name):") ? String(value.dropFirst(name.count + 1)) : value))
    }
    return facts
  }

  /// Told elsewhere, or of no use to a reader.
  private static let told: Set<String> = [
    "model_id", "correlation_id", "metrics", "metrics_left_out", "received_from", "approved_by",
    "approval_digest", "request_digest",
  ]

  /// `weights_hash` is `weights` to people.
  private static func name(_ key: String) -> String {
    let end = ["_hash", "_digest", "_id"].first { key.hasSuffix($0) }
    return String(key.dropLast(end?.count ?? 0)).replacing("_", with: " ")
  }

  private static func fact(_ value: JSONValue) -> String? {
    switch value {
    case .null: nil
    case .string(let text): Digest(loose: text)?.short ?? text
    case .array(let items): items.isEmpty ? nil : items.compactMap { $0.string }.joined(separator: ", ")
    // A report of rules: the entry has all of it.
    case .object(let object): object["passed"]?.bool.map { $0 ? "passed" : "failed" }
    case .number(let number): number.int == nil ? Decimal.fixed(number.double, digits: 2) : number.literal
    case .bool(let flag): flag ? "yes" : "no"
    }
  }

  /// Event: phase, what people call it, and the member that says who did it.
  private static let vocabulary: [EvidenceEvent: (Phase, String, String?)] = [
    .trainingCompleted: (.training, "trained", "submitted_by"),
    .trainingReceived: (.training, "handed to governance", "submitted_by"),
    .approvalProposed: (.approval, "approval proposed and signed", "approved_by"),
    .approvalSigned: (.approval, "approval signed", "signed_by"),
    .approvalRejected: (.approval, "approval rejected", "rejected_by"),
    .modelApproved: (.approval, "approved: enough have signed", nil),
    .approvalReceived: (.approval, "approval taken by serving", nil),
    .modelApprovalExpiring: (.approval, "approval about to expire", nil),
    .deploymentIntended: (.deployment, "deployment begun", "deployed_by"),
    .modelDeployment: (.deployment, "deployed", nil),
    .deploymentFailed: (.deployment, "deployment failed", nil),
    .observationAccepted: (.drift, "window observed", "observed_by"),
    .driftChecked: (.drift, "no drift found", "observed_by"),
    .modelDriftDetected: (.drift, "drift found", "observed_by"),
    .driftAlert: (.drift, "drift alert", nil),
    .modelApprovalRevoked: (.revocation, "revoked", "revoked_by"),
    .undeploymentIntended: (.undeployment, "undeployment asked for", "requested_by"),
    .undeploymentScheduled: (.undeployment, "undeployment scheduled", nil),
    .undeploymentCancelled: (.undeployment, "undeployment called off", nil),
    .modelUndeployed: (.undeployment, "undeployed", nil),
    .requestRefused: (.other, "request refused", "principal"),
  ]
}

extension LifeEvent {
  /// Of its first entry, and of its last where it is a run: such as others can check with nobody's help.
  func proofs(_ session: Session) async throws -> [ProvenEntry] {
    let log = EvidenceLog(of: plane, session: session)
    var proofs: [ProvenEntry] = []
    for entry in item.count == 1 ? [item.first] : [item.first, item.last] {
      let proven = try await log.portableProof(of: entry.index)
      try log.believing("entry \(entry.index)") { if proven.entry != entry { throw ProofError.anotherEntry } }
      proofs.append(proven)
    }
    return proofs
  }

  /// With the proofs of its first entry, and of its last where it is a run.
  func fields(proofs: [ProvenEntry]) -> JSONObject {
    [
      "record": "event", "id": .string(id.description), "plane": .string(plane.planeName), "index": .init(id.index),
      "count": .init(item.count), "last_index": .init(item.last.index), "time": .string(time.attestationText),
      "phase": .string(phase.rawValue), "event": .string(item.first.event), "what": .string(what),
      "data": .object(item.first.data), "attestation_digest": .init(item.first.attestation?.description),
      "cosigned_by": .array(witnesses.map { .object($0.fields) }),
      "evidence": .array(proofs.map { .object($0.fields) }),
    ]
  }
}
