import Attestations
import Metadata
import Signing
import Wire

/// A model with an approval that was verified here, and no more of its papers than is told of it: a registry holds many thousands.
package struct ApprovedModel: Sendable {
  /// What was approved, and who counts among those who signed it.
  package let held: HeldApproval
  /// By which everything was verified.
  let root: VerifiedTrustRoot
  let description: ModelDescription
  let skills: ModelSkills
  /// Where the model comes from, in its papers' own words.
  let provenance: ModelProvenance
  let lineage: ModelLineage
  /// Somebody's word for the provenance, as it came: nobody has checked it here.
  let unverifiedAttestation: ProvenanceAttestation?

  package var modelID: ModelID { held.predicate.modelID }

  package init(_ proven: ProvenApproval) {
    let result = proven.training.output.result
    let papers = ModelPapers(result)
    held = proven.held
    root = proven.root
    description = ModelDescription(papers, of: proven.held.predicate)
    skills = ModelSkills(card: papers.card)
    provenance = papers.provenance
    lineage = papers.lineage.flatMap { try? ModelLineage($0) } ?? ModelLineage(of: papers.provenance)
    unverifiedAttestation = try? IntegrityExtension.extract(from: result.metadata)?.attestation
  }
}
