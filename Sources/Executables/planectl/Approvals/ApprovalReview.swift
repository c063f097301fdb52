import Attestations
import PlaneContract
import Signing
import Wire

/// What an approver reads before signing, and anybody with `show`. All of it was verified here. The digest of the weights comes last,
/// so that no text of somebody else's follows what the signature is for.
struct ApprovalReview {
  let training: VerifiedTrainingOutput
  /// Nil for an output that nobody has proposed.
  let approval: ModelApproval?
  /// Digest of the bytes that its signatures are for.
  let payload: Digest?
  /// Whose signatures count.
  let quorum: Quorum
  /// Whose signatures count only where a plane took them before they retired.
  var retiredSigners: [Principal] = []
  /// Where governance says that it stands; nil for what is only about to be proposed.
  let status: ApprovalStatus?
  let previous: PreviousVersion?
  let root: VerifiedTrustRoot

  var fields: Fields {
    var fields = Fields()
    if let status { fields.add("status", status.rawValue) }
    addTraining(to: &fields)
    addRules(to: &fields)
    if let approval { add(approval, to: &fields) }
    fields.add("trust root", trustRoot)
    if let payload { fields.add("payload", payload.description) }
    fields.add("weights", "\(training.output.weightsHash) (\(training.output.result.weightsKind.rawValue))")
    return fields
  }

  /// Of the approval's profile; of the default one where nobody has proposed the output.
  var rules: ProfileRules {
    ProfileRules(approval?.profile ?? Proposal.defaultProfile, of: training, after: previous, root: root)
  }

  private func addTraining(to fields: inout Fields) {
    let (output, result) = (training.output, training.output.result)
    fields.add("model", output.modelID.text)
    fields.add(submitter: output.submittedBy, output.submitterPerson)
    fields.add("created", output.createdAt.attestationText)
    fields.add("correlation", result.correlationID.text)
    fields.add("output", training.digest.description)
    fields.add(result.card, as: "card")
    if let provenance = result.provenance { fields.add(provenance, as: "provenance") }
    if let lineage = result.lineage { fields.add("lineage", lines: lineage.map(\.jsonText)) }
    addMetrics(to: &fields)
  }

  private func addMetrics(to fields: inout Fields) {
    let result = training.output.result
    let comparison = MetricComparison(metrics: result.metrics, before: previous?.training.output.result.metrics)
    fields.add("metrics", lines: comparison.lines)
    let before = previous.map { previous in
      "\(previous.approval.approvalID) of \(previous.approval.approvedAt), weights \(previous.approval.weightsHash.short)"
    }
    fields.add("compared with", before ?? "nothing: governance-plane lists no other version that is approved now")
  }

  private func addRules(to fields: inout Fields) {
    fields.add("rules", lines: rules.lines)
  }

  private func add(_ approval: ModelApproval, to fields: inout Fields) {
    fields.add(approval, status: status)
    let environments = approval.environments.map {
      EnvironmentQuorum($0, of: approval, signedBy: quorum, policy: root.policy).line
    }
    fields.add("quorum", lines: environments)
    fields.add(signers: quorum)
    if !retiredSigners.isEmpty {
      let names = retiredSigners.map(\.id.text).joined(separator: ", ")
      fields.add("retired", "\(names) signed too, which counts only where a plane took it before they retired")
    }
    if status == .pending || status == nil { fields.add("can sign still", candidates) }
  }

  private var candidates: String {
    let submitter = training.output.submitterPerson
    let others = NextApprover(submitter: submitter, signed: Set(quorum.approvers.keys), root: root).candidates
    let names = others.map { principal in
      principal.groups.isEmpty
        ? principal.id.text : "\(principal.id) (\(principal.groups.map(\.text).joined(separator: ", ")))"
    }
    return names.isEmpty ? "nobody" : names.joined(separator: ", ")
  }

  private var trustRoot: String {
    let version = approval.map { ", proposed under version \($0.trustRootVersion)" } ?? ""
    return "version \(root.version) here\(version)"
  }
}
