import Attestations
import Signing
import Wire

extension FuzzTarget {
  /// Input: the payload of a trust root, which is signed with the two root keys of the house.
  static let trustRoot = FuzzTarget("trust-root") { payload in
    guard (try? StrictJSON.parse(payload)) != nil else { return false }
    let house = try FuzzHouse.only.get()
    let keys = [try house.key("root"), try house.key("second-root")]
    let envelope = try UnverifiedEnvelope(signing: payload, as: .trustRoot, by: keys)
    let digest = Digest(hashing: payload)
    guard let verified = try? VerifiedTrustRoot.verify(envelope, pinned: digest) else { return false }
    try TrustRootPromises.check(verified.root)
    try promise(verified.digest == digest, "the digest is the pinned one")
    let again = try verified.root.signed(by: keys)
    let read = try VerifiedTrustRoot.verify(again, pinned: again.payloadDigest)
    try promise(read.root == verified.root, "a trust root is written so that it reads the same")
    try promise(
      (try? VerifiedTrustRoot.verify(again, pinned: Digest(hashing: again.payload + [0x20]))) == nil, "the pin holds")
    let signers = Set(keys.map(\.publicKey)).intersection(verified.root.rootKeys)
    try promise(signers.count >= verified.root.threshold, "its own threshold signed it")
    try TrustRootPromises.checkThreshold(verified.root, payload, keys)
    return true
  }
}

/// What holds of every root that is accepted, said once more and independently of its own rules.
private enum TrustRootPromises {
  static func check(_ root: TrustRoot) throws {
    let keys = root.rootKeys + root.principals.flatMap(\.keys)
    try promise(Set(keys).count == keys.count, "one key belongs to one holder")
    let ids = root.principals.map(\.id)
    try promise(Set(ids).count == ids.count, "one id stands once")
    for id in ids { try IdentifierRules.check(id) }
    for role in Role.planes {
      try promise(root.principals.filter { $0.holds(role) }.count == 1, "one principal is the \(role.rawValue) plane")
    }
    for (person, held) in Dictionary(grouping: root.principals.filter { $0.person != nil }, by: \.person) {
      let duties = Set(held.flatMap(\.roles).filter(\.isDuty))
      try promise(duties.count <= 1, "\(person?.text ?? "") holds one duty")
    }
    try promise(root.version == 1 && root.expiresAt > root.issuedAt, "version 1, with an end after its beginning")
    for environment in root.policy.environments {
      try IdentifierRules.check(environment.key)
      try promise((1...15).contains(environment.value.requiredApprovers), "a policy requires 1 to 15 approvers")
      try promise((1...3650).contains(environment.value.maxTTLDays), "a policy ends approvals within ten years")
    }
  }

  /// With one signature fewer than the threshold nothing is verified.
  static func checkThreshold(_ root: TrustRoot, _ payload: [UInt8], _ keys: [SecretKey]) throws {
    let few = Array(keys.filter { root.rootKeys.contains($0.publicKey) }.prefix(root.threshold - 1))
    let envelope = try UnverifiedEnvelope(signing: payload, as: .trustRoot, by: few + few)
    try promise(
      (try? VerifiedTrustRoot.verify(envelope, pinned: Digest(hashing: payload))) == nil, "the threshold is counted")
  }
}
