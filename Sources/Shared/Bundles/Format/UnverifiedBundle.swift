import Attestations
import Signing
import Wire

/// The papers of one approval in one file, as somebody shows them. They say nothing until `BundleVerifier` has judged them.
///
/// A bundle has exactly one spelling (docs/formats.md, "The bundle"): what `serialized` writes. Anything else is refused, so that a
/// byte which no signature covers cannot be changed without being noticed, `exported_at` excepted.
package struct UnverifiedBundle: Sendable {
  /// In the order of versions, from 1 on.
  package let trustRoots: [UnverifiedEnvelope]
  package let trainingOutput: UnverifiedEnvelope
  package let approval: UnverifiedEnvelope
  package let promotion: UnverifiedEnvelope?
  package let lease: UnverifiedEnvelope?
  /// All that the lease counts, by ascending payload digest.
  package let revocations: [UnverifiedEnvelope]
  /// By plane (training, governance, serving), then by index.
  package let evidence: [BundledEvidence]
  /// Signed by nobody; decides nothing.
  package let exportedAt: Timestamp

  package init(
    trustRoots: [UnverifiedEnvelope], trainingOutput: UnverifiedEnvelope, approval: UnverifiedEnvelope,
    promotion: UnverifiedEnvelope?, lease: UnverifiedEnvelope?, revocations: [UnverifiedEnvelope],
    evidence: [BundledEvidence], exportedAt: Timestamp
  ) {
    self.trustRoots = trustRoots
    self.trainingOutput = trainingOutput
    self.approval = approval
    self.promotion = promotion
    self.lease = lease
    self.revocations = revocations
    self.evidence = evidence
    self.exportedAt = exportedAt
  }

  /// The bytes of the file: compact JSON, members in this order, and a line end.
  package var serialized: [UInt8] {
    let object: JSONObject = [
      "v": 1, "trust_roots": .array(trustRoots.map(\.json)), "training_output": trainingOutput.json,
      "approval": approval.json, "promotion": promotion?.json ?? .null, "lease": lease?.json ?? .null,
      "revocations": .array(revocations.map(\.json)), "evidence": .array(evidence.map(\.json)),
      "exported_at": .string(exportedAt.attestationText),
    ]
    return object.serialized() + [UInt8(ascii: "\n")]
  }
}

/// An entry of a plane's log with its proof, both as text and unread.
package struct BundledEvidence: Sendable, Equatable {
  package let origin: String
  /// The exact bytes of the entry, which are UTF-8.
  package let entry: String
  /// A C2SP tlog-proof with its cosigned checkpoint.
  package let proof: String

  package init(origin: String, entry: String, proof: String) {
    self.origin = origin
    self.entry = entry
    self.proof = proof
  }

  var json: JSONValue { ["origin": .string(origin), "entry": .string(entry), "proof": .string(proof)] }
}

/// The limits of a bundle, each asked before the work that it bounds.
package enum BundleLimits {
  package static let byteCount = 64 << 20
  package static let trustRoots = TrustRootChain.maximumVersions
  package static let revocations = 1 << 16
  package static let evidence = 64
  /// JSON values in the file: as many revocations as may be there have about ten each.
  static let values = 1 << 20
}
