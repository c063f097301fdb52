import Attestations
import Signing
import Wire

/// What it costs to find out whose signatures stand on an approval, in a company of five hundred.
struct QuorumCheck: Section {
  let name = "quorum"
  let method = """
    a root of \(Self.principals) principals, all approvers; an approval with 3 and with 15 valid signatures in the last places of the
    roster is verified and its persons are counted, in this process: every signature with its key named, and with no key named, where
    each is tried with every approver's. Processor time, and that as a multiple of as many libsodium verifies. Medians of \(Self.rounds).
    """

  static let principals = 500
  static let rounds = 7

  func measure() throws -> Findings {
    let company = try Company(Self.principals)
    var findings = Findings()
    for signers in [3, 15] {
      for isNamed in [true, false] {
        let envelope = try company.approval(signers: signers, isNamed: isNamed)
        let floor = try Floor(payload: envelope.payload)
        let samples = try (0..<Self.rounds).map { _ in
          (
            try company.check(envelope, expecting: signers, times: isNamed ? 40 : 2),
            try floor.verify() * Double(signers)
          )
        }
        let title = "\(signers) signatures, \(isNamed ? "their keys named" : "no key named")"
        findings.figures += [
          Figure("\(title): CPU", samples.map(\.0).median, "us"),
          Figure("\(title): CPU / \(signers) verifies", samples.map { $0.0 / $0.1 }.median),
        ]
        findings.samples.append(title, ["cpu_us": .init(samples.map(\.0)), "floor_us": .init(samples.map(\.1))])
      }
    }
    return findings
  }
}

/// A root with many approvers, and their keys.
private struct Company {
  let root: VerifiedTrustRoot
  let keys: [SecretKey]

  init(_ count: Int) throws {
    keys = try (0..<count).map { _ in try SecretKey.generate() }
    let rootKey = try SecretKey.generate()
    let people = keys.enumerated().map { index, key in
      Principal(
        id: PrincipalID(checked: "p\(index)"), person: PersonID(checked: "p\(index)"), roles: [.approver],
        keys: [key.publicKey])
    }
    let planes = try [
      ("training-plane", Role.training), ("governance-plane", .governance), ("serving-plane", .serving),
    ]
    .map { name, role in
      Principal(
        id: PrincipalID(checked: name), person: nil, roles: [role], keys: [try SecretKey.generate().publicKey])
    }
    let policy = Policy(
      environments: [ModelPath.environment: EnvironmentPolicy(requiredApprovers: 1, maxTTLDays: 90)],
      profiles: [ProfileName(checked: "default"): ["require_weights_hash"]])
    let document = try TrustRoot(
      version: 1, issuedAt: .now(), expiresAt: Timestamp.now().adding(days: 30), rootKeys: [rootKey.publicKey],
      threshold: 1, principals: people + planes, policy: policy)
    let envelope = try document.signed(by: [rootKey])
    root = try VerifiedTrustRoot.verify(envelope, pinned: envelope.payloadDigest)
  }

  func approval(signers: Int, isNamed: Bool) throws -> UnverifiedEnvelope {
    let (now, model) = (Timestamp.now(), BenchModel(1))
    let approval = ModelApproval(
      approvalID: ApprovalID(checked: "approval:\(Random.hex(bytes: 8))"), modelID: model.id,
      weightsHash: model.weightsHash, approvedBy: PrincipalID(checked: "p\(keys.count - 1)"), approvedAt: now,
      expiresAt: now.adding(days: 30), profile: ProfileName(checked: "default"), correlationID: nil,
      environments: [ModelPath.environment], scopes: nil, requiredApprovers: signers,
      trainingOutputDigest: Digest(hashing: Array("output".utf8)), trustRootVersion: 1)
    let envelope = try UnverifiedEnvelope(attesting: approval, by: keys.suffix(signers))
    guard !isNamed else { return envelope }
    return UnverifiedEnvelope(
      payloadType: envelope.payloadType, payload: envelope.payload,
      signatures: envelope.signatures.map { EnvelopeSignature(keyID: "", bytes: $0.bytes) })
  }

  /// Microseconds of processor time of one check.
  func check(_ envelope: UnverifiedEnvelope, expecting signers: Int, times: Int) throws -> Double {
    let start = ProcessorTime.ofThisThread()
    for _ in 0..<times {
      let approval: Attested<ModelApproval> = try envelope.attested(by: root.keys(of: .approver))
      let quorum = Quorum(signers: approval.signers, excluding: nil, root: root)
      guard quorum.count == signers else { throw BenchError("\(quorum.count) of \(signers) signatures count") }
    }
    return (ProcessorTime.ofThisThread() - start) * 1e6 / Double(times)
  }
}
