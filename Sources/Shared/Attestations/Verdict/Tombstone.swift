import Signing
import Wire

/// An accepted revocation, with the approvals that died by it.
package struct Tombstone: Sendable {
  package let revocation: Attested<ModelRevocation>
  /// Payload digests of the approvals of these weights that were held at acceptance, pending ones included.
  package let deadApprovals: Set<Digest>

  package init(revocation: Attested<ModelRevocation>, deadApprovals: Set<Digest>) {
    self.revocation = revocation
    self.deadApprovals = deadApprovals
  }

  /// Judges whether a revocation may be accepted (DESIGN section 5): an approver signed it in their own name, and it is not dated
  /// ahead. Nothing else can stand in its way: not an expired root, not the clock, not a missing approval.
  ///
  /// - Parameter passedOn: another plane judged the signer, under the root that it had, and tells it here: whoever was an approver in
  ///   any version is believed, and drift where any version let it revoke, so that no stop is lost to a change of the roster or policy.
  package static func verify(
    _ envelope: UnverifiedEnvelope, root: VerifiedTrustRoot, passedOn: Bool = false, now: Timestamp
  ) throws(AttestationError) -> Attested<ModelRevocation> {
    // Kept for ever, so it must be small: nobody fills a disk with stops.
    guard envelope.payload.count <= ModelRevocation.maximumPayload else {
      throw .syntax(ModelRevocation.name, "longer than \(ModelRevocation.maximumPayload) bytes")
    }
    let attested = try signed(envelope, root: root, passedOn: passedOn)
    let revocation = attested.predicate
    guard
      revocation.isAutomatic || attested.signers.contains(where: { root.owner(of: $0) == revocation.revokedBy })
    else { throw .syntax(ModelRevocation.name, "revoked_by \(revocation.revokedBy) did not sign it") }
    guard !revocation.isAutomatic || letsDriftRevoke(root, passedOn: passedOn) else {
      throw .syntax(ModelRevocation.name, "no environment of the policy lets drift revoke")
    }
    guard revocation.revokedAt <= now.adding(seconds: Message.clockSkewSeconds) else {
      throw .syntax(ModelRevocation.name, "revoked_at \(revocation.revokedAt) is ahead of this plane's clock, \(now)")
    }
    return attested
  }

  private static func letsDriftRevoke(_ root: VerifiedTrustRoot, passedOn: Bool) -> Bool {
    passedOn
      ? !root.environmentsThatEverLetDriftRevoke.isEmpty
      : root.policy.environments.values.contains { $0.autoRevoke != nil }
  }

  /// The signatures alone: an approver's, or governance's under what it revokes by itself.
  ///
  /// - Parameter passedOn: also by a key that has left the root since.
  package static func signed(
    _ envelope: UnverifiedEnvelope, root: VerifiedTrustRoot, passedOn: Bool
  ) throws(AttestationError) -> Attested<ModelRevocation> {
    // The unverified bytes choose only whose signature is asked for.
    let isAutomatic = (try? Statement<ModelRevocation>.parse(envelope.payload))?.isAutomatic == true
    let role: Role = isAutomatic ? .governance : .approver
    return try envelope.attested(by: passedOn ? root.keysEver(of: role) : root.keys(of: role))
  }

  /// Why `approval` is dead by this tombstone, or nil. An approval made after the revocation lives, unless it was held then or named.
  package func condemns(_ approval: ModelApproval, digest: Digest) -> String? {
    let revocation = self.revocation.predicate
    let isNamed = revocation.approvalID == approval.approvalID
    let coversWeights = revocation.weightsHash == approval.weightsHash
    guard isNamed || deadApprovals.contains(digest) || (coversWeights && approval.approvedAt <= revocation.revokedAt)
    else {
      return nil
    }
    return "revoked by \(revocation.revokedBy) at \(revocation.revokedAt): \(revocation.reason)"
  }
}
