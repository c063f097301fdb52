import Attestations
import PlaneContract
import Signing
import Wire

// What an approver reads before signing, and anybody with `show`.

extension Fields {
  mutating func add(_ training: VerifiedTrainingOutput) {
    let output = training.output
    add("model", output.modelID.text)
    add("weights", "\(output.weightsHash) (\(output.result.weightsKind.rawValue))")
    let person = output.submitterPerson?.text ?? ""
    add("trained by", person == output.submittedBy.text ? person : "\(output.submittedBy), \(person) answers for it")
    add("created", output.createdAt.attestationText)
    add("correlation", output.result.correlationID.text)
    add("output", training.digest.description)
    add(output.result.metrics, as: "metrics")
    add(output.result.card, as: "card")
    if let provenance = output.result.provenance { add(provenance, as: "provenance") }
  }

  private mutating func add(_ object: JSONObject, as name: String) {
    guard !object.isEmpty else { return add(name, "none") }
    for (index, member) in object.members.enumerated() {
      let value = member.value.string ?? member.value.jsonText
      add(index == 0 ? name : "", "\(member.key): \(value)")
    }
  }

  /// - Parameter status: where it stands, when that is known: what has ended expires no more.
  mutating func add(_ approval: ModelApproval, status: ApprovalStatus? = nil) {
    add("approval", approval.approvalID.text)
    add("environments", approval.environments.map(\.text).joined(separator: ", "))
    add("scopes", approval.scopes?.map(\.text).joined(separator: ", ") ?? "any")
    add("profile", approval.profile.text)
    add("must sign", "\(approval.requiredApprovers)")
    let span = TimeSpan.text(approval.expiresAt.seconds(since: approval.approvedAt))
    let validity = "\(approval.approvedAt) until \(approval.expiresAt) (\(span))"
    let end = status.flatMap { $0.hasEnded ? $0.rawValue : nil }
    add("valid", end.map { "- (\($0); it was made for \(validity))" } ?? validity)
    add("proposed by", approval.approvedBy.text)
  }

  mutating func add(signatures verified: VerifiedApproval, root: VerifiedTrustRoot) {
    guard let held = verified.held else { return }
    let signed = verified.signers.map(\.id.text)
    add("signed by", signed.isEmpty ? "nobody who counts" : signed.joined(separator: ", "))
    guard verified.detail.status == .pending else { return }
    let others = NextApprover(
      submitter: verified.training.output.submitterPerson, signed: Set(held.quorum.approvers.keys), root: root
    ).candidates
    add("can sign still", others.isEmpty ? "nobody" : others.map(\.id.text).joined(separator: ", "))
  }
}

extension ApprovalState {
  /// `alice, bob (2 of 2)`.
  var signedText: String { SignatureCount.text(approvers, required: requiredApprovers) }
}

enum SignatureCount {
  static func text(_ approvers: [PrincipalID], required: Int?) -> String {
    let names = approvers.isEmpty ? "nobody" : approvers.map(\.text).joined(separator: ", ")
    return required.map { "\(names) (\(approvers.count) of \($0))" } ?? ""
  }
}
