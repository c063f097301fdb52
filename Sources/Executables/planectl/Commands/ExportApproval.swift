import ArgumentParser
import Attestations
import PlaneContract
import Signing
import Wire

struct ExportApproval: Command {
  enum Format: String, ExpressibleByArgument, CaseIterable { case dsse, nanda }

  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Print an approval for other software, verified here first.",
    discussion: """
      dsse is the signed envelope, for any DSSE verifier. nanda is the 14-key record of the public sm_governance package, \
      only of an active approval: its software counts entries, so an early one could be somebody's quorum.
      """)

  @Argument(help: "The approval's id, or the beginning of it.")
  var id: String

  @Option(help: "dsse or nanda.")
  var format: Format

  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let session = try Session(caller, asking: .governance, for: .approvalGet)
    let (_, verified, proven) = try await ApprovalDirectory(session: session).verifiedApproval(named: id)
    switch format {
    case .dsse: try console.result(proven.approval.envelope.json.jsonText)
    case .nanda: try console.object(try record(verified, proven.held, session.root))
    }
  }

  private func record(
    _ verified: VerifiedApproval, _ held: HeldApproval, _ root: VerifiedTrustRoot
  ) throws -> JSONObject {
    let id = held.predicate.approvalID
    guard verified.detail.status == .active, held.isSignedByGovernance else {
      throw Failure.refused(
        "\(id) is \(verified.detail.status.rawValue); only an active approval is exported as a NANDA record",
        hint: "planectl show \(id) says what it lacks")
    }
    let signatures = try verified.nandaSignatures(held.predicate, root)
    return NandaRecord(held.predicate).exported(status: verified.detail.status.rawValue, signatures: signatures)
  }
}

extension VerifiedApproval {
  /// The approvers' signatures over the NANDA record, each verified; of those whose signature counts in the quorum, all.
  fileprivate func nandaSignatures(_ approval: ModelApproval, _ root: VerifiedTrustRoot) throws -> [(
    PrincipalID, Signature
  )] {
    let hash = NandaRecord(approval).hash
    for signer in signers {
      let signature = detail.nandaSignatures.first { $0.0 == signer.id }?.1
      guard let signature, signer.keys.contains(where: { $0.verifies(signature, over: hash) }) else {
        throw Failure.unverified(
          "\(signer.id)'s signature over the NANDA record of \(approval.approvalID) does not verify")
      }
    }
    return detail.nandaSignatures.filter { entry in signers.contains { $0.id == entry.0 } }
  }
}
