import Attestations
import Bundles
import MerkleLog
import Signing
import TestSupport
import Wire

/// Papers that the planes gave out, open to change by somebody who has serving's key.
struct StolenPapers {
  var bundle: UnverifiedBundle
  let key: SecretKey

  /// The same papers with what is given in place of their own.
  func with(
    approval: UnverifiedEnvelope? = nil, promotion: UnverifiedEnvelope? = nil, lease: UnverifiedEnvelope? = nil,
    revocations: [UnverifiedEnvelope]? = nil, evidence: [BundledEvidence]? = nil
  ) -> UnverifiedBundle {
    UnverifiedBundle(
      trustRoots: bundle.trustRoots, trainingOutput: bundle.trainingOutput, approval: approval ?? bundle.approval,
      promotion: promotion ?? bundle.promotion, lease: lease ?? bundle.lease,
      revocations: revocations ?? bundle.revocations, evidence: evidence ?? bundle.evidence,
      exportedAt: bundle.exportedAt)
  }

  /// The promotion with other words, signed by serving.
  func promotion(
    environment: String? = nil, weights: Digest? = nil, intent: String? = nil, approval: Digest? = nil
  ) throws -> UnverifiedEnvelope {
    guard let promotion = bundle.promotion else { throw ProofError.wrongLength }
    let real = try Statement<PromotionResult>.parse(promotion.payload).record
    let record = PromotionRecord(
      modelID: real.modelID, promoted: true, promotedAt: real.promotedAt,
      evidenceEntryID: intent ?? real.evidenceEntryID, message: real.message, approvalID: real.approvalID,
      approvalDigest: approval ?? real.approvalDigest,
      environment: environment.map(EnvironmentName.init(checked:)) ?? real.environment, scope: real.scope,
      weightsHash: weights ?? real.weightsHash, deployedBy: real.deployedBy)
    return try UnverifiedEnvelope(attesting: PromotionResult(record), by: [key])
  }

  /// That serving intended and made this promotion, as entries of its log.
  func entries(about promotion: UnverifiedEnvelope) -> [(event: EvidenceEvent, attestation: Digest)] {
    [(.deploymentIntended, bundle.approval.payloadDigest), (.modelDeployment, promotion.payloadDigest)]
  }

  /// The evidence with the last two entries of this log in the place of serving's own.
  func evidence(in log: PretendLog, under head: VerifiedCheckpoint) throws -> [BundledEvidence] {
    let origin = log.origin.description
    let forged = try (log.size - 2..<log.size).map { index in
      BundledEvidence(
        origin: origin, entry: String(decoding: log.entries[index], as: UTF8.self),
        proof: "\(TlogProof(try log.inclusionProof(of: index, size: log.size), checkpoint: head))")
    }
    return bundle.evidence.filter { $0.origin != origin } + forged
  }
}
