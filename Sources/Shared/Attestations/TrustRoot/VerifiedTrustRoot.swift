import Signing
import Wire

/// A trust root that is proved from the pinned version 1 on: only `verify` and `successor` make one. Indexed for the lookups of every
/// request; what earlier versions said is at hand where something old has to be read.
package final class VerifiedTrustRoot: Sendable {
  package let root: TrustRoot
  /// SHA-256 of the payload: what configs pin and decisions name.
  package let digest: Digest
  package let envelope: UnverifiedEnvelope
  private let history: TrustRootHistory
  private let principals: [PrincipalID: Principal]
  private let holders: [PublicKey: Principal]
  private let keysByRole: [Role: [PublicKey]]
  private let keysEverByRole: [Role: [PublicKey]]
  private let keysByOwner: [PrincipalID: [PublicKey]]
  private let keyIDs: [String: String]

  /// Verifies version 1 against its pin (DESIGN section 4): the bytes are the pinned ones, the threshold of its own keys signed
  /// them, and every rule of a root holds. Whether it has expired is asked at each decision, not here.
  package static func verify(_ envelope: UnverifiedEnvelope, pinned: Digest) throws(TrustRootError) -> VerifiedTrustRoot
  {
    let digest = envelope.payloadDigest
    guard digest == pinned else { throw .notPinned(expected: pinned, found: digest) }
    // The pin authenticates these bytes, which is what allows reading the keys out of them.
    let root = try read(envelope, as: 1)
    try requireOwnThreshold(envelope, root)
    return try VerifiedTrustRoot(root, digest: digest, envelope: envelope, after: TrustRootHistory())
  }

  /// Verifies the next version: the threshold of this version's keys signed it, then every rule of a root holds, then the threshold
  /// of its own keys signed it too, and nobody's key or name has become somebody else's. That this version has expired is no
  /// hindrance: the way from an expired root is a new one.
  package func successor(_ envelope: UnverifiedEnvelope) throws(TrustRootError) -> VerifiedTrustRoot {
    let signed = try Self.signerCount(envelope, root.rootKeys)
    guard signed >= root.threshold else {
      throw .notHandedOn(after: version, needed: root.threshold, valid: signed)
    }
    // Only now are the bytes worth reading.
    let next = try Self.read(envelope, as: version + 1)
    let own = try Self.signerCount(envelope, next.rootKeys)
    guard own >= next.threshold else { throw .threshold(needed: next.threshold, valid: own) }
    return try VerifiedTrustRoot(next, digest: envelope.payloadDigest, envelope: envelope, after: history)
  }

  /// What would follow this version if it were signed: for people who decide whether to sign.
  package func preview(of draft: TrustRoot) throws(TrustRootError) -> VerifiedTrustRoot {
    try Self.preview(of: draft, as: version + 1, after: history)
  }

  /// What a house would begin with if this were signed, for those who decide whether to sign a version 1.
  package static func preview(first draft: TrustRoot) throws(TrustRootError) -> VerifiedTrustRoot {
    try preview(of: draft, as: 1, after: TrustRootHistory())
  }

  private static func preview(
    of draft: TrustRoot, as version: Int, after history: TrustRootHistory
  ) throws(TrustRootError) -> VerifiedTrustRoot {
    guard draft.version == version else { throw .unexpectedVersion(expected: version, found: draft.version) }
    let envelope = UnverifiedEnvelope(
      payloadType: PayloadType.trustRoot.rawValue, payload: draft.json.serialized(), signatures: [])
    return try VerifiedTrustRoot(draft, digest: envelope.payloadDigest, envelope: envelope, after: history)
  }

  private static func read(_ envelope: UnverifiedEnvelope, as version: Int) throws(TrustRootError) -> TrustRoot {
    let root: TrustRoot
    do { root = try TrustRoot(StrictJSON.parse(envelope.payload)) } catch { throw .malformed("\(error)") }
    guard root.version == version else { throw .unexpectedVersion(expected: version, found: root.version) }
    return root
  }

  private static func requireOwnThreshold(_ envelope: UnverifiedEnvelope, _ root: TrustRoot) throws(TrustRootError) {
    let verified: VerifiedEnvelope
    do { verified = try envelope.verified(as: .trustRoot, by: root.rootKeys) } catch { throw .malformed("\(error)") }
    guard verified.signers.count >= root.threshold else {
      throw .threshold(needed: root.threshold, valid: verified.signers.count)
    }
  }

  /// How many of `keys` signed it; none is a number too.
  private static func signerCount(_ envelope: UnverifiedEnvelope, _ keys: [PublicKey]) throws(TrustRootError) -> Int {
    do { return try envelope.verified(as: .trustRoot, by: keys).signers.count } catch .noValidSignature {
      return 0
    } catch {
      throw .malformed("\(error)")
    }
  }

  private init(
    _ root: TrustRoot, digest: Digest, envelope: UnverifiedEnvelope, after earlier: TrustRootHistory
  ) throws(TrustRootError) {
    self.root = root
    self.digest = digest
    self.envelope = envelope
    var history = earlier
    try history.add(root, digest: digest)
    self.history = history
    principals = Dictionary(root.principals.map { ($0.id, $0) }) { first, _ in first }
    holders = Dictionary(root.principals.flatMap { principal in principal.keys.map { ($0, principal) } }) { first, _ in
      first
    }
    var present: [Role: [PublicKey]] = [:]
    for principal in root.principals {
      for role in principal.roles where principal.holds(role) { present[role, default: []] += principal.keys }
    }
    keysByRole = present
    keysEverByRole = Self.keysEver(history, present)
    keysByOwner = Self.byOwner(history)
    keyIDs = Dictionary(history.keys.keys.map { ($0.hex, $0.keyID) }) { first, _ in first }
  }

  /// Those that hold a role now, then those that once did.
  private static func keysEver(_ history: TrustRootHistory, _ present: [Role: [PublicKey]]) -> [Role: [PublicKey]] {
    var ever = present
    let known = present.mapValues(Set.init)
    for (key, record) in history.keys {
      for role in record.roles where known[role]?.contains(key) != true { ever[role, default: []].append(key) }
    }
    return ever
  }

  private static func byOwner(_ history: TrustRootHistory) -> [PrincipalID: [PublicKey]] {
    history.keys.reduce(into: [:]) { owned, entry in
      if case .principal(let id, _) = entry.value.holder { owned[id, default: []].append(entry.key) }
    }
  }

  package var policy: Policy { root.policy }
  package var version: Int { root.version }
  /// The digest of version 1, by which this house is known whatever its root becomes.
  package var originDigest: Digest { history.digests.first ?? digest }

  package func isLive(at now: Timestamp) -> Bool { now < root.expiresAt }
  package func principal(_ id: PrincipalID) -> Principal? { principals[id] }
  package func holder(of key: PublicKey) -> Principal? { holders[key] }
  package func keys(of role: Role) -> [PublicKey] { keysByRole[role] ?? [] }

  /// The one principal of a plane's role; the rules of a root guarantee it.
  package func plane(_ role: Role) -> Principal? { keys(of: role).first.flatMap(holder(of:)) }
}

// What earlier versions said: for reading what was accepted under them, never for accepting anything new.
extension VerifiedTrustRoot {
  package func digest(ofVersion version: Int) -> Digest? {
    history.digests.indices.contains(version - 1) ? history.digests[version - 1] : nil
  }

  /// Keys whose holders hold this role now, or held it in any version.
  package func keysEver(of role: Role) -> [PublicKey] { keysEverByRole[role] ?? [] }

  /// The name that a key has always belonged to; nil for a root key and a stranger's.
  package func owner(of key: PublicKey) -> PrincipalID? {
    guard case .principal(let id, _) = history.keys[key]?.holder else { return nil }
    return id
  }

  /// Who answers for a name, in every version; nil for a plane and a stranger.
  package func person(of id: PrincipalID) -> PersonID? { history.persons[id] ?? nil }

  /// Every key that a name ever had.
  package func keysEver(of id: PrincipalID) -> [PublicKey] { keysByOwner[id] ?? [] }

  /// Those of them that it had in this role.
  package func keysEver(of id: PrincipalID, as role: Role) -> [PublicKey] {
    keysEver(of: id).filter { history.keys[$0]?.roles.contains(role) == true }
  }

  /// Where the policy of this or of an earlier version lets drift revoke.
  package var environmentsThatEverLetDriftRevoke: Set<EnvironmentName> { history.environmentsOfDrift }

  /// Whether `key` was of this role in an earlier version, or is.
  package func lists(_ key: PublicKey, as role: Role, inVersion version: Int) -> Bool {
    guard let record = history.keys[key] else { return false }
    return record.roles.contains(role) && (record.first...record.last).contains(version)
  }

  /// Whether a `keyid` names a key that governance once had and has no longer.
  package func isFormerGovernance(_ keyID: String) -> Bool {
    keysEver(of: .governance).contains { $0.keyID == keyID } && !keys(of: .governance).contains { $0.keyID == keyID }
  }

  /// The `keyid` of a key that stands somewhere in hex; nil for one that no version lists.
  package func keyID(ofHex hex: String) -> String? { keyIDs[hex] }
}

// Whose signatures count.
extension VerifiedTrustRoot {
  /// Whether what `principal` signed counts (DESIGN section 4). Of somebody retired it counts only where the plane that asks accepted
  /// that exact signature before the root that retires them; of somebody removed, who is no principal, nothing counts.
  ///
  /// - Parameter version: of the root under which that plane accepted the signature; nil for one that it is being shown now.
  package func counts(_ principal: Principal, as role: Role, acceptedUnder version: Int?) -> Bool {
    guard principal.roles.contains(role) else { return false }
    guard principal.retiredAt != nil else { return true }
    guard let version, let since = history.retiredSince[principal.id] else { return false }
    return version < since
  }
}
