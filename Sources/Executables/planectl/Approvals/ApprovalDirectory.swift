import Attestations
import PlaneContract
import Signing
import Wire

/// The approvals and submitted outputs that the governance plane lists, and the ways in which people name one of them.
struct ApprovalDirectory: Sendable {
  private static let idPrefix = "approval:"

  let session: Session

  /// Every page, newest first.
  func all(
    status: ApprovalStatus? = nil, model: ModelID? = nil, expiringWithinDays: Int? = nil
  ) async throws -> [ApprovalSummary] {
    try await session.all(.governance, .approvalList) { after in
      ApprovalList(
        status: status, modelID: model, expiringWithinDays: expiringWithinDays, after: after,
        limit: ApprovalList.maximumLimit
      ).fields
    }
  }

  func get(_ request: ApprovalGet) async throws -> Answer<ApprovalDetail> {
    try await session.ask(.governance, .approvalGet, request.fields)
  }
}

// Naming one approval or output by the beginning of its id or digest.
extension ApprovalDirectory {
  /// The approval that `text` names: its full id, or a beginning of it, with or without `approval:`.
  func approval(named text: String) async throws -> ApprovalSummary {
    let matches = try await all().filter { summary in summary.approvalID.map { Self.isNamed($0, text) } == true }
    return try Self.only(matches, text, "approval", by: { $0.approvalID?.text ?? "" })
  }

  /// The training output that `text` names: its digest or a beginning of it, with or without `sha256:`.
  func output(digestPrefix text: String) async throws -> ApprovalSummary {
    let matches = try await all().filter { Self.isNamed($0.trainingOutputDigest, text) }
    // One output has a line for each of its approvals.
    var digests: Set<Digest> = []
    let outputs = matches.filter { digests.insert($0.trainingOutputDigest).inserted }
    return try Self.only(outputs, text, "training output", by: { $0.trainingOutputDigest.description })
  }

  /// A whole id, as planectl makes them, names no longer one: somebody may have proposed that to be mistaken for it.
  static func isNamed(_ id: ApprovalID, _ text: String) -> Bool {
    let full = text.hasPrefix(idPrefix) ? text : idPrefix + text
    let digits = full.utf8.dropFirst(idPrefix.utf8.count)
    if digits.count == 16, Hex.decode(Array(digits)) != nil { return id.text == full }
    return !text.isEmpty && (id.text.hasPrefix(text) || id.text.hasPrefix(full))
  }

  static func isNamed(_ digest: Digest, _ text: String) -> Bool {
    !text.isEmpty && (digest.hex.hasPrefix(text) || (text.hasPrefix("sha256:") && digest.description.hasPrefix(text)))
  }

  private static func only(
    _ matches: [ApprovalSummary], _ text: String, _ noun: String, by name: (ApprovalSummary) -> String
  ) throws -> ApprovalSummary {
    if let exact = matches.first(where: { name($0) == text }) { return exact }
    guard let match = matches.first else { throw noSuch(noun, text) }
    guard matches.count == 1 else {
      throw Failure(
        .refused, "\(text) is the beginning of \(matches.count) \(noun)s",
        details: matches.prefix(10).map { "\(name($0))  \($0.modelID)" }, hint: "give more of it")
    }
    return match
  }

  private static func noSuch(_ noun: String, _ text: String) -> Failure {
    let message = "governance-plane knows no \(noun) \(text)"
    return Failure(
      .refused, message, hint: "planectl pending and planectl approvals list what there is",
      body: Refusal(.notFound, message).body)
  }
}
