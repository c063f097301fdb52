import Attestations
import PlaneContract
import Signing
import Wire

/// Finds the one training output that a proposal is to be about. Never guesses: a signature is not for what might be meant.
struct SubmittedOutput {
  let directory: ApprovalDirectory

  /// The output that `text` names, fetched and verified. Which output is a model's governance says; that it is that model's is
  /// checked here.
  ///
  /// - Parameter text: a model with exactly one output that nobody has proposed, or a digest or the beginning of one.
  func verified(named text: String) async throws -> VerifiedApproval {
    let digest = try await digest(named: text)
    let (_, verified) = try await directory.verifiedOutput(digest)
    let found = verified.training.output.modelID
    guard found.text == text || ApprovalDirectory.isNamed(digest, text) else {
      throw Failure.unverified("governance-plane answered with an output of \(found), and \(text) was asked for")
    }
    return verified
  }

  private func digest(named text: String) async throws -> Digest {
    if let digest = Digest(loose: text) { return digest }
    if let model = ModelID(text) {
      let outputs = try await directory.all(status: .submitted, model: model)
      if outputs.count > 1 { throw ambiguous(model, outputs) }
      if let only = outputs.first { return only.trainingOutputDigest }
    }
    do { return try await directory.output(digestPrefix: text).trainingOutputDigest } catch let failure as Failure {
      guard failure.status == .refused, failure.details.isEmpty else { throw failure }
      throw try await nothing(text)
    }
  }

  private func ambiguous(_ model: ModelID, _ outputs: [ApprovalSummary]) -> Failure {
    Failure(
      .refused, "\(model) has \(outputs.count) outputs that nobody has proposed",
      details: outputs.map { "\($0.trainingOutputDigest.hex)  \($0.createdAt)  weights \($0.weightsHash.short)" },
      hint: "propose one by its digest")
  }

  private func nothing(_ text: String) async throws -> Failure {
    var message = "no submitted output is called \(text)"
    if let model = ModelID(text), let known = try await directory.all(model: model).first {
      message =
        "every output of \(model) is proposed already; the latest is \(known.approvalID?.text ?? "") (\(known.status.rawValue))"
    }
    let hint =
      "planectl pending lists what is submitted; what was submitted just now takes a moment to arrive, and what a restored plane has "
      + "lost is submitted again, the same line"
    return Failure(.refused, message, hint: hint, body: Refusal(.notFound, message).body)
  }
}
