import Attestations
import MerkleLog
import Signing
import Wire

/// Judges a bundle: pure, offline, from the pinned digest of trust root version 1 and a time.
package struct BundleVerifier {
  let bundle: UnverifiedBundle
  let question: BundleQuestion

  /// Every check, also of bytes that are no bundle.
  package static func report(on bytes: [UInt8], _ question: BundleQuestion) -> BundleReport {
    var list = BundleCheckList()
    let bundle = list.run(.format, bytes) { bytes in
      Passed(try UnverifiedBundle(parsing: bytes), "\(bytes.count) bytes")
    }
    guard let bundle else {
      for check in BundleCheck.allCases.dropFirst() { list.skip(check, "this is no bundle") }
      return BundleReport(question: question, results: list.results, approval: nil, findings: BundleFindings())
    }
    return BundleVerifier(bundle: bundle, question: question).report(list)
  }

  private func report(_ begun: BundleCheckList) -> BundleReport {
    var list = begun
    let roots = list.run(.trustRoots, bundle.trustRoots) { envelopes in
      let roots = try RootVersions(
        envelopes, pinned: question.rootDigest, minimum: question.minimumRootVersion)
      return Passed(roots, "versions 1 to \(roots.newest.version), each proved by the one before")
    }
    let signed: Void? = list.run(.trainingOutput, roots, trainingOutput)
    let output = list.run(.submission, both(roots, signed)) { roots, _ in try submission(roots) }
    let approved = list.run(.approval, roots, approval)
    let agreed: Void? = list.run(.agreement, both(approved, output), agreement)
    let evidence = checkEvidence(roots, &list)
    let lease = checkLease(roots, &list)
    let tombstones = checkRevocations(roots, lease, &list)
    checkPromotion(roots, approved, evidence, &list)
    let papers = agreed.flatMap { both(approved, output) }
    var findings = checkGates(roots, papers, lease, tombstones, evidence, &list)
    findings.trustRootVersion = roots?.newest.version
    if tombstones != nil { findings.revocationsKnownAt = lease?.issuedAt }
    return BundleReport(
      question: question, results: list.results, approval: approved?.predicate, findings: findings)
  }

  private func checkEvidence(_ roots: RootVersions?, _ list: inout BundleCheckList) -> [ReadEvidence]? {
    let evidence = list.run(.evidenceEntries, roots, evidenceEntries)
    let checkpointed = list.run(.evidenceCheckpoints, both(roots, evidence), evidenceCheckpoints)
    let _: Void? = list.run(.evidenceInclusion, checkpointed, evidenceInclusion)
    let _: Void? = list.run(.evidenceWitnesses, both(roots, checkpointed), evidenceWitnesses)
    return evidence
  }

  private func checkLease(_ roots: RootVersions?, _ list: inout BundleCheckList) -> Lease? {
    guard let envelope = bundle.lease else {
      list.skip(.lease, "there is none")
      return nil
    }
    return list.run(.lease, roots) { try lease($0, envelope) }
  }

  private func checkRevocations(
    _ roots: RootVersions?, _ lease: Lease?, _ list: inout BundleCheckList
  ) -> [Tombstone]? {
    let isJudged = lease != nil || bundle.lease == nil
    return list.run(.revocations, isJudged ? roots : nil) { try revocations($0, lease) }
  }

  private func checkPromotion(
    _ roots: RootVersions?, _ approved: Attested<ModelApproval>?, _ evidence: [ReadEvidence]?,
    _ list: inout BundleCheckList
  ) {
    guard bundle.promotion != nil else { return list.skip(.promotion, "there is none") }
    let _: Void? = list.run(.promotion, both(roots, both(approved, evidence))) { roots, papers in
      try promotion(roots, papers.0, papers.1)
    }
  }

  private func checkGates(
    _ roots: RootVersions?, _ papers: (Attested<ModelApproval>, VerifiedTrainingOutput)?, _ lease: Lease?,
    _ tombstones: [Tombstone]?, _ evidence: [ReadEvidence]?, _ list: inout BundleCheckList
  ) -> BundleFindings {
    var findings = BundleFindings()
    findings.approvers = judge(roots, papers?.0, lease, tombstones, evidence, &list)
    if bundle.lease == nil {
      list.note(BundleCheckResult(.gateLease, passed: false, reason: "nobody says which revocations there were"))
    } else {
      findings.leaseEnd = list.run(.gateLease, both(lease, roots), gateLease)
    }
    guard question.weights != nil else {
      list.skip(.gateWeights, "no weights were read")
      return findings
    }
    let _: Void? = list.run(.gateWeights, papers) { try gateWeights($0.predicate, $1) }
    return findings
  }

  /// Returns whose signatures count.
  private func judge(
    _ roots: RootVersions?, _ approved: Attested<ModelApproval>?, _ lease: Lease?, _ tombstones: [Tombstone]?,
    _ evidence: [ReadEvidence]?, _ list: inout BundleCheckList
  ) -> [PrincipalID] {
    let gates = BundleCheck.allCases.filter { $0.isGate && $0 != .gateLease && $0 != .gateWeights }
    guard let (roots, approved) = both(roots, approved) else {
      gates.forEach { list.skip($0, "an earlier check failed") }
      return []
    }
    guard let root = roots.inForce(at: question.time) else {
      list.note(
        BundleCheckResult(.gateTrust, passed: false, reason: "no version was issued by \(question.time)"))
      gates.dropFirst().forEach { list.skip($0, "an earlier check failed") }
      return []
    }
    // A chain that goes far enough proves nothing where this clock still lets an earlier version judge.
    if case .now = question.moment, root.version < question.minimumRootVersion {
      let reason =
        "version \(root.version) is in force by this clock, \(question.time), and there is a version \(question.minimumRootVersion)"
      list.note(BundleCheckResult(.gateTrust, passed: false, reason: reason))
      gates.dropFirst().forEach { list.skip($0, "an earlier check failed") }
      return []
    }
    let judged = JudgedPapers(
      root: root, approval: approved.predicate, candidate: candidate(approved, root), tombstones: tombstones,
      lease: lease, completedAt: evidence?.filter { $0.event == .modelApproved }.map(\.entry.time).min())
    self.gates(judged).forEach { list.note($0) }
    return (try? judged.candidate.held.get().quorum.approvers.values.map(\.id).sorted()) ?? []
  }
}
