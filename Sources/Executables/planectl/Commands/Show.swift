import ArgumentParser
import Attestations
import PlaneContract
import Wire

struct Show: Command {
  static let configuration = CommandConfiguration(
    abstract: "Show an approval or a training output in full, verified here against the trust root.")

  @Argument(help: "An approval's id or a training output's digest, or the beginning of one.")
  var id: String

  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let session = try Session(caller, asking: .governance, for: .approvalGet)
    let directory = ApprovalDirectory(session: session)
    let (answer, verified) = try await find(directory)
    let review = try await directory.review(verified)
    Console.message("verified here: \(Self.verdict(verified))")
    try console.answer(answer.body) { review.fields.lines }
  }

  private func find(_ directory: ApprovalDirectory) async throws -> (Answer<ApprovalDetail>, VerifiedApproval) {
    let all = try await directory.all()
    if all.contains(where: { $0.approvalID.map { ApprovalDirectory.isNamed($0, id) } == true }) {
      let (answer, verified, _) = try await directory.verifiedApproval(named: id)
      return (answer, verified)
    }
    return try await directory.verifiedOutput(directory.output(digestPrefix: id).trainingOutputDigest)
  }

  private static func verdict(_ verified: VerifiedApproval) -> String {
    let training = "the training plane's signature, and \(verified.training.output.submittedBy)'s on the same facts"
    guard let held = verified.held else { return training }
    return training + (held.isSignedByGovernance ? "; the approvers' and governance's" : "; the approvers'")
  }
}
