import Attestations
import PlaneContract
import Signing
import Wire

// Parts of what is shown of an approval, to who signs it and to who rejects it.

extension Fields {
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

  /// Who trained, and the person who answers for it.
  mutating func add(submitter: PrincipalID, _ person: PersonID?) {
    let name = person?.text ?? "nobody"
    add(
      "trained by", name == submitter.text ? "\(submitter), who answers for it" : "\(submitter), \(name) answers for it"
    )
  }

  /// Approvers whose signatures were verified here, each person once.
  mutating func add(signers quorum: Quorum) {
    let names = quorum.approvers.values.map(\.id).sorted().map(\.text)
    add("signed by", names.isEmpty ? "nobody who counts" : names.joined(separator: ", "))
  }

  /// The members of an object that somebody else wrote, a line each.
  mutating func add(_ object: JSONObject, as name: String) {
    add(name, lines: object.members.map { "\($0.key): \($0.value.string ?? $0.value.jsonText)" })
  }

  /// Several values under one name.
  mutating func add(_ name: String, lines: [String]) {
    guard let first = lines.first else { return add(name, "none") }
    add(name, first)
    for line in lines.dropFirst() { add("", line) }
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
