import Attestations
import Signing
import Wire

// What was revoked, and who says that these are all.
extension BundleVerifier {
  /// Signed by the governance of the trust root that it names, which is one of these. Nil where there is none.
  func lease(_ roots: RootVersions, _ envelope: UnverifiedEnvelope) throws -> Passed<Lease> {
    // The unverified bytes choose only whose signature is asked for.
    let claimed = try? Statement<Lease>.parse(envelope.payload).trustRootVersion
    guard let root = claimed.flatMap({ roots[$0] }) else {
      throw BundleFault("it is of no version of the trust root that is here")
    }
    let keys = root.keys(of: .governance)
    try envelope.requireSound(as: .statement, by: keys)
    let lease = try envelope.attested(Lease.self, by: keys).predicate
    guard lease.trustRootDigest == root.digest else {
      throw BundleFault("its subject is not the trust root version \(root.version) that is here")
    }
    return Passed(lease, "issued at \(lease.issuedAt) under trust root version \(root.version)")
  }

  /// - Parameter lease: says how many there are and which; nil where there is none.
  func revocations(_ roots: RootVersions, _ lease: Lease?) throws -> Passed<[Tombstone]> {
    var tombstones: [Tombstone] = []
    for (position, envelope) in bundle.revocations.enumerated() {
      do { tombstones.append(try tombstone(envelope, roots.newest)) } catch {
        throw BundleFault("revocations[\(position)]: \(error)")
      }
    }
    let digests = tombstones.map(\.revocation.digest)
    guard zip(digests, digests.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw BundleFault("they are not in ascending order of their digests, each once")
    }
    guard let lease else { return Passed(tombstones, "\(tombstones.count) revocations, which nobody says are all") }
    let chain = RevocationChain(digests)
    guard lease.names(chain) else {
      throw BundleFault(
        "the lease names \(lease.revocationCount) with head \(lease.revocationHead), "
          + "here are \(chain.count) with head \(chain.head)")
    }
    return Passed(tombstones, "all \(chain.count) that governance knew at \(lease.issuedAt)")
  }

  /// Whoever was an approver in any version is believed, so that no stop is lost to a change of the roster.
  private func tombstone(_ envelope: UnverifiedEnvelope, _ root: VerifiedTrustRoot) throws -> Tombstone {
    try envelope.requireSound(as: .statement, by: root.keysEver(of: .approver) + root.keysEver(of: .governance))
    let revocation = try Tombstone.signed(envelope, root: root, passedOn: true)
    let revoker = revocation.predicate.revokedBy
    guard revocation.predicate.isAutomatic || revocation.signers.contains(where: { root.owner(of: $0) == revoker })
    else { throw BundleFault("revoked_by \(revoker) did not sign it") }
    return Tombstone(revocation: revocation, deadApprovals: [])
  }
}
