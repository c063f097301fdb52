import Attestations
import PlaneContract
import Wire

/// Who can sign still: approvers whose person neither submitted the model nor signed already.
struct NextApprover {
  let candidates: [Principal]

  init(submitter: PersonID?, signed: Set<PersonID>, root: VerifiedTrustRoot) {
    candidates = root.root.principals.filter { principal in
      guard principal.holds(.approver), principal.retiredAt == nil else { return false }
      return principal.person.map { $0 != submitter && !signed.contains($0) } ?? false
    }
  }

  /// As a pending state has it, after somebody's signature.
  init(_ state: ApprovalState, of training: VerifiedTrainingOutput, root: VerifiedTrustRoot) {
    let signed = state.approvers.compactMap { root.principal($0)?.person }
    self.init(submitter: training.output.submitterPerson, signed: Set(signed), root: root)
  }

  /// What the next approver types; `--as` where the keys at hand leave open who that is.
  func command(_ approval: ApprovalID, keysAtHand entries: [KeyRing.Entry]) -> String {
    let approvers = entries.map(\.principal).filter { $0.holds(.approver) }
    let next = approvers.first { approver in candidates.contains { $0.id == approver.id } }
    let name = approvers.count > 1 ? next.map { " --as \($0.id)" } ?? "" : ""
    return "planectl approve \(approval)\(name)"
  }
}

extension Console {
  /// Where an approval stands after somebody's signature, and who comes next.
  func answer(
    _ answer: Answer<ApprovalState>, about id: ApprovalID, _ training: VerifiedTrainingOutput, _ session: Session
  ) throws {
    try self.answer(answer, about: id)
    guard answer.value.status == .pending else { return }
    let entries = KeyRing(home: session.home, root: session.root).entries
    let next = NextApprover(answer.value, of: training, root: session.root)
    Console.hint("the next approver: \(next.command(answer.value.approvalID, keysAtHand: entries))")
  }
}
