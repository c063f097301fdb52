import Attestations
import Signing
import Wire

/// Every version of the trust root that a bundle holds, each proved by the one before.
struct RootVersions {
  /// Version 1 first; never empty.
  private let versions: [VerifiedTrustRoot]
  /// Judges what is for ever: whose a key has always been.
  let newest: VerifiedTrustRoot

  /// Walks the chain, which must come as far as `minimum`. Throws `BundleFault` or `TrustRootError`.
  init(_ envelopes: [UnverifiedEnvelope], pinned: Digest, minimum: Int) throws {
    guard let first = envelopes.first else { throw BundleFault("there is no trust root") }
    var chain = try TrustRootChain(first, pinned: pinned)
    var versions = [chain.latest]
    try first.requireSound(as: .trustRoot, by: chain.latest.root.rootKeys)
    for envelope in envelopes.dropFirst() {
      let before = chain.latest.root.rootKeys
      try chain.append(envelope)
      try envelope.requireSound(as: .trustRoot, by: chain.latest.root.rootKeys + before)
      versions.append(chain.latest)
    }
    guard chain.latest.version >= minimum else {
      throw BundleFault("version \(chain.latest.version) is the newest here, and there is a version \(minimum)")
    }
    self.versions = versions
    newest = chain.latest
  }

  subscript(version: Int) -> VerifiedTrustRoot? {
    versions.indices.contains(version - 1) ? versions[version - 1] : nil
  }

  /// The version in force at a time: the highest of those issued by then.
  func inForce(at time: Timestamp) -> VerifiedTrustRoot? { versions.last { $0.root.issuedAt <= time } }
}

extension UnverifiedEnvelope {
  /// Throws unless every signature is right and by one of `keys`, each key once and under its own `keyid`. What a verifier elsewhere
  /// merely ignores, a bundle does not carry: nobody could say who put it there.
  func requireSound(as type: PayloadType, by keys: [PublicKey]) throws {
    let sound = try verified(as: type, by: keys).envelope
    guard sound == self else {
      throw BundleFault(
        "\(signatures.count - sound.signatures.count) signatures are not right, or keyids are not theirs")
    }
  }
}
