import Signing
import Wire

/// Why a trust root is not taken. Everything that needs one is then denied.
package enum TrustRootError: Error, CustomStringConvertible {
  case malformed(String)
  case notPinned(expected: Digest, found: Digest)
  case threshold(needed: Int, valid: Int)
  case unexpectedVersion(Int)

  package var description: String {
    switch self {
    case .malformed(let problem): "trust root: \(problem)"
    case .notPinned(let expected, let found):
      "trust root: its digest is \(found), but \(expected) is pinned; somebody replaced it, or the pin is wrong"
    case .threshold(let needed, let valid): "trust root: \(valid) of its keys signed it, \(needed) must"
    case .unexpectedVersion(let version):
      "trust root: version \(version) where version 1 was expected; this release follows version 1 only"
    }
  }
}

/// A trust root that is pinned and signed by its own threshold. Only `verify` makes one. Indexed for the lookups of every request.
package final class VerifiedTrustRoot: Sendable {
  package let root: TrustRoot
  /// SHA-256 of the payload: what configs pin and decisions name.
  package let digest: Digest
  package let envelope: UnverifiedEnvelope
  private let principals: [PrincipalID: Principal]
  private let holders: [PublicKey: Principal]
  private let keysByRole: [Role: [PublicKey]]

  /// Verifies version 1 against its pin (DESIGN section 4): the bytes are the pinned ones, the threshold of its own keys signed
  /// them, and every rule of a root holds. Whether it has expired is asked at each decision, not here.
  package static func verify(_ envelope: UnverifiedEnvelope, pinned: Digest) throws(TrustRootError) -> VerifiedTrustRoot
  {
    let digest = envelope.payloadDigest
    guard digest == pinned else { throw .notPinned(expected: pinned, found: digest) }
    let root: TrustRoot
    // The pin authenticates these bytes, which is what allows reading the keys out of them.
    do { root = try TrustRoot(StrictJSON.parse(envelope.payload)) } catch { throw .malformed("\(error)") }
    guard root.version == 1 else { throw .unexpectedVersion(root.version) }
    let verified: VerifiedEnvelope
    do { verified = try envelope.verified(as: .trustRoot, by: root.rootKeys) } catch { throw .malformed("\(error)") }
    guard verified.signers.count >= root.threshold else {
      throw .threshold(needed: root.threshold, valid: verified.signers.count)
    }
    return VerifiedTrustRoot(root, digest: digest, envelope: envelope)
  }

  private init(_ root: TrustRoot, digest: Digest, envelope: UnverifiedEnvelope) {
    self.root = root
    self.digest = digest
    self.envelope = envelope
    principals = Dictionary(root.principals.map { ($0.id, $0) }) { first, _ in first }
    holders = Dictionary(root.principals.flatMap { principal in principal.keys.map { ($0, principal) } }) { first, _ in
      first
    }
    keysByRole = Dictionary(
      uniqueKeysWithValues: Role.allCases.map { role in
        (role, root.principals.filter { $0.holds(role) }.flatMap(\.keys))
      })
  }

  package var policy: Policy { root.policy }
  package var version: Int { root.version }

  package func isLive(at now: Timestamp) -> Bool { now < root.expiresAt }
  package func principal(_ id: PrincipalID) -> Principal? { principals[id] }
  package func holder(of key: PublicKey) -> Principal? { holders[key] }
  package func keys(of role: Role) -> [PublicKey] { keysByRole[role] ?? [] }

  /// The one principal of a plane's role; the rules of a root guarantee it.
  package func plane(_ role: Role) -> Principal? { keys(of: role).first.flatMap(holder(of:)) }
}
