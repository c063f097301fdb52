import MerkleLog
import Signing
import Wire

/// `lease`: governance says, for a short time, that it is there, under which trust root, and which revocations it knows. The
/// statement's subject is the trust root, by the digest of its payload.
package struct Lease: Predicate, Equatable {
  package static let name = "lease"
  /// The name of the statement's subject.
  package static let subjectName = ModelID(checked: "trust-root")
  static let maximumRevocations = Int(Int32.max)

  package let trustRootDigest: Digest
  package let issuedAt: Timestamp
  package let expiresAt: Timestamp
  package let trustRootVersion: Int
  package let revocationCount: Int
  /// Of the `RevocationChain` over all revocations that governance holds.
  package let revocationHead: Digest
  /// The head of the training plane's log that governance witnessed last, signed by both. Not verified here.
  package let ledgerCheckpoint: UnverifiedNote?

  package init(
    root: VerifiedTrustRoot, issuedAt: Timestamp, expiresAt: Timestamp, revocations: RevocationChain,
    ledgerCheckpoint: UnverifiedNote? = nil
  ) {
    trustRootDigest = root.digest
    self.issuedAt = issuedAt
    self.expiresAt = expiresAt
    trustRootVersion = root.version
    revocationCount = revocations.count
    revocationHead = revocations.head
    self.ledgerCheckpoint = ledgerCheckpoint
  }

  package init(_ reader: inout ObjectReader, subject: Subject) throws(FieldError) {
    trustRootDigest = subject.weightsHash
    issuedAt = try reader.time("issued_at")
    expiresAt = try reader.time("expires_at")
    trustRootVersion = try reader.int("trust_root_version", in: 1...Int(Int32.max))
    revocationCount = try reader.int("revocation_count", in: 0...Self.maximumRevocations)
    revocationHead = try reader.digest("revocation_head")
    ledgerCheckpoint = try reader.optionalNote("ledger_checkpoint")
    guard ledgerCheckpoint.map({ Checkpoint(text: $0.text) != nil }) ?? true else {
      throw reader.failure("ledger_checkpoint", "\(NoteError.notCheckpoint)")
    }
    guard expiresAt > issuedAt else { throw reader.failure("expires_at", "is not after issued_at") }
  }

  package var subject: Subject { Subject(modelID: Self.subjectName, weightsHash: trustRootDigest) }

  package var fields: JSONObject {
    [
      "issued_at": .string(issuedAt.attestationText), "expires_at": .string(expiresAt.attestationText),
      "trust_root_version": .init(trustRootVersion), "revocation_count": .init(revocationCount),
      "revocation_head": .string(revocationHead.description),
      "ledger_checkpoint": .init(ledgerCheckpoint?.description),
    ]
  }

  /// False for a lease from the future, which may be one from before the clock was set right.
  package func wasIssued(by now: Timestamp) -> Bool { issuedAt <= now.adding(seconds: Message.clockSkewSeconds) }

  /// Whether it names exactly these revocations.
  package func names(_ revocations: RevocationChain) -> Bool {
    revocationCount == revocations.count && revocationHead == revocations.head
  }
}
