import Attestations
import MerkleLog
import PlaneContract
import Signing
import Wire

/// A training output that the logs name, with what its submitter has signed; verified here.
struct ReportedVersion: Sendable {
  let digest: Digest
  let weights: Digest?
  /// Nil with the reason when governance does not show it, or it does not verify.
  let output: Result<VerifiedTrainingOutput, Failure>

  var fields: JSONObject {
    var fields: JSONObject = [
      "record": "version", "training_output_digest": .string(digest.description),
      "weights_hash": .init(weights?.description),
    ]
    switch output {
    case .success(let verified):
      fields.append("training_output", .object(verified.output.fields))
    case .failure(let failure): fields.append("not_shown", .string(failure.message))
    }
    return fields
  }
}

/// An approval that the logs name, with those whose signatures on it were verified here.
struct ReportedApproval: Sendable {
  let id: ApprovalID
  let digest: Digest
  let approval: Result<HeldApproval, Failure>
  /// Revoked as soon as a log says so; else governance's word, which was verified here where it says active. Nil where nobody tells.
  let status: ApprovalStatus?

  /// For people.
  var state: String { status?.rawValue ?? "not known" }

  var signers: [PrincipalID] {
    (try? approval.get())?.quorum.approvers.values.map(\.id).sorted() ?? []
  }

  var fields: JSONObject {
    var fields: JSONObject = [
      "record": "approval", "approval_id": id.json, "approval_digest": .string(digest.description),
      "status": .init(status?.rawValue), "signatures_verified": .init(signers.map(\.text)),
    ]
    switch approval {
    case .success(let held):
      fields.append("signed_by_governance", .bool(held.isSignedByGovernance))
      fields.append("approval", .object(held.predicate.fields))
    case .failure(let failure): fields.append("not_shown", .string(failure.message))
    }
    return fields
  }
}

/// The attestations behind a model's events, fetched from governance by the digests that the logs have, so that no other can be shown.
struct SignedPapers: Sendable {
  /// Of each kind; a report that names more says so.
  static let maximumCount = 200

  let versions: [ReportedVersion]
  let approvals: [ReportedApproval]

  init(behind events: [LifeEvent], model: ModelID, _ session: Session, at now: Timestamp) async {
    let directory = ApprovalDirectory(session: session)
    var versions: [ReportedVersion] = []
    for (digest, event) in Self.distinct(events, [.trainingCompleted, .trainingReceived]) {
      let output = await Self.checked { try await directory.verifiedOutput(digest).1.training }
      versions.append(ReportedVersion(digest: digest, weights: event.weights, output: output))
    }
    var approvals: [ReportedApproval] = []
    for (digest, event) in Self.distinct(events, [.approvalProposed, .approvalReceived]) {
      guard let id = event.item.first.data["approval_id"]?.string.flatMap(ApprovalID.init) else { continue }
      let answer = await Self.checked { try await Self.approval(id, digest, directory) }
      let told = try? answer.get()
      let status = Self.isRevoked(id, events) ? .revoked : told.map { Self.status($0.held, $0.status, at: now) }
      approvals.append(
        ReportedApproval(id: id, digest: digest, approval: answer.map(\.held), status: status))
    }
    (self.versions, self.approvals) = (versions, approvals)
  }

  /// Whatever did not verify: not what could not be asked for.
  var doubts: [Failure] {
    (versions.map { Self.failure($0.output) } + approvals.map { Self.failure($0.approval) })
      .compactMap(\.self).filter { $0.status == .unverified }
  }

  private static func approval(
    _ id: ApprovalID, _ digest: Digest, _ directory: ApprovalDirectory
  ) async throws -> (held: HeldApproval, status: ApprovalStatus) {
    let (answer, _, proven) = try await directory.verifiedApproval(id)
    guard proven.held.digest == digest else {
      throw Failure.unverified("governance-plane shows \(id) as another than the logs have it")
    }
    return (proven.held, answer.value.status)
  }

  private static func isRevoked(_ id: ApprovalID, _ events: [LifeEvent]) -> Bool {
    events.contains { event in
      guard event.item.first.event == EvidenceEvent.modelApprovalRevoked.rawValue else { return false }
      let data = event.item.first.data
      return data["approval_id"]?.string == id.text || data["approvals"]?.array?.contains(.string(id.text)) == true
    }
  }

  /// Nothing is active after its end, whoever says so.
  private static func status(_ held: HeldApproval, _ word: ApprovalStatus, at now: Timestamp) -> ApprovalStatus {
    word == .active && held.predicate.expiresAt <= now ? .expired : word
  }

  private static func distinct(
    _ events: [LifeEvent], _ kinds: [EvidenceEvent]
  ) -> [(Digest, LifeEvent)] {
    var known: Set<Digest> = []
    let named = events.compactMap { event -> (Digest, LifeEvent)? in
      guard kinds.contains(where: { $0.rawValue == event.item.first.event }),
        let digest = event.item.first.attestation, known.insert(digest).inserted
      else { return nil }
      return (digest, event)
    }
    return Array(named.suffix(maximumCount))
  }

  private static func checked<Value>(_ ask: () async throws -> Value) async -> Result<Value, Failure> {
    do { return .success(try await ask()) } catch { return .failure(Failure(explaining: error)) }
  }

  private static func failure<Value>(_ result: Result<Value, Failure>) -> Failure? {
    if case .failure(let failure) = result { failure } else { nil }
  }
}
