import Signing
import Wire

/// A lease whose signature has been verified: what the `lease` gate needs. Shared, not copied, by the decisions that rest on it.
package final class HeldLease: Sendable {
  package let predicate: Lease
  package let digest: Digest
  package let envelope: UnverifiedEnvelope
  private let signers: [PublicKey]
  /// The gate's words while it lives, made once and not for every decision.
  let liveReason: String

  /// - Throws: `AttestationError` unless governance, by the trust root given, signed it.
  package convenience init(verifying envelope: UnverifiedEnvelope, root: VerifiedTrustRoot) throws(AttestationError) {
    try self.init(verifying: envelope, by: root.keys(of: .governance))
  }

  /// One that this plane accepted before, also under a key that governance has had.
  package convenience init(accepted envelope: UnverifiedEnvelope, root: VerifiedTrustRoot) throws(AttestationError) {
    try self.init(verifying: envelope, by: root.keysEver(of: .governance))
  }

  private init(verifying envelope: UnverifiedEnvelope, by keys: [PublicKey]) throws(AttestationError) {
    let attested = try envelope.attested(Lease.self, by: keys)
    predicate = attested.predicate
    digest = attested.digest
    self.envelope = attested.envelope
    signers = attested.signers
    liveReason = "governance's lease lives until \(attested.predicate.expiresAt)"
  }

  /// Why a lease that arrives at `now` is not one for this plane, or nil. Its revocations are judged by who holds some.
  package func fault(under root: VerifiedTrustRoot, now: Timestamp) -> String? {
    if predicate.trustRootVersion > root.version {
      return "it is of trust root version \(predicate.trustRootVersion), but version \(root.version) is in force here: "
        + "install the newer one"
    }
    if predicate.trustRootVersion < root.version {
      return "it is of trust root version \(predicate.trustRootVersion), but version \(root.version) is in force here: "
        + "install it at governance"
    }
    guard predicate.trustRootDigest == root.digest else {
      return "its subject is not the trust root version \(root.version) that is in force here"
    }
    guard predicate.wasIssued(by: now) else {
      return "it was issued at \(predicate.issuedAt), ahead of this plane's clock, \(now)"
    }
    return now < predicate.expiresAt ? nil : "it ended at \(predicate.expiresAt), and it is \(now) here"
  }

  /// Until when it holds in an environment that lets a lease live for so long, whatever it says of itself.
  package func end(leaseSeconds: Int) -> Timestamp {
    min(predicate.expiresAt, predicate.issuedAt.adding(seconds: leaseSeconds))
  }

  /// Until when the `lease` gate goes on saying what it says at `now`; nil where none is asked for.
  package func bound(in environment: EnvironmentPolicy, at now: Timestamp) -> Timestamp? {
    guard let seconds = environment.leaseSeconds else { return nil }
    let end = end(leaseSeconds: seconds)
    return now < end ? end : end.adding(seconds: environment.leaseGraceSeconds)
  }

  /// Whether one who signed it is still governance.
  package func isSigned(under root: VerifiedTrustRoot) -> Bool {
    signers.contains { root.keys(of: .governance).contains($0) }
  }
}
