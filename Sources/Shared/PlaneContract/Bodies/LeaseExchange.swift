import Attestations
import MerkleLog
import Signing
import Wire

/// `lease.publish`.
package struct LeasePublication: Body {
  package let lease: UnverifiedEnvelope

  package init(lease: UnverifiedEnvelope) { self.lease = lease }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    lease = try reader.envelope("lease", maximumPayload: AttestationFormat.maximumPayload)
  }

  package var fields: JSONObject { ["lease": lease.json] }
}

/// The answer to `lease.publish`: what the serving plane holds, for governance to compare. It is given also for a lease that names
/// other revocations and was therefore not taken.
package struct LeaseReceipt: Body {
  package let revocationCount: Int
  /// Of the `RevocationChain` over all revocations that serving holds.
  package let revocationHead: Digest
  package let approvalCount: Int
  /// The head of serving's own log.
  package let checkpoint: UnverifiedNote?
  /// Serving's cosignature over the head of training's log that the lease carried; nil for a lease without.
  package let cosignature: UnverifiedNote.Line?

  package init(
    revocations: RevocationChain, approvalCount: Int, checkpoint: UnverifiedNote? = nil,
    cosignature: UnverifiedNote.Line? = nil
  ) {
    revocationCount = revocations.count
    revocationHead = revocations.head
    self.approvalCount = approvalCount
    self.checkpoint = checkpoint
    self.cosignature = cosignature
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    revocationCount = try reader.int("revocation_count", in: 0...Int(Int32.max))
    revocationHead = try reader.digest("revocation_head")
    approvalCount = try reader.int("approval_count", in: 0...Int(Int32.max))
    checkpoint = try reader.optionalNote("checkpoint")
    cosignature = try reader.optionalCosignature("cosignature")
  }

  package var fields: JSONObject {
    [
      "revocation_count": .init(revocationCount), "revocation_head": .string(revocationHead.description),
      "approval_count": .init(approvalCount),
      "checkpoint": .init(checkpoint?.description), "cosignature": .init(cosignature?.text),
    ]
  }

  /// Whether the serving plane holds exactly these revocations.
  package func names(_ revocations: RevocationChain) -> Bool {
    revocationCount == revocations.count && revocationHead == revocations.head
  }
}
