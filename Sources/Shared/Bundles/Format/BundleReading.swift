import Attestations
import MerkleLog
import Wire

// Reading: bounded, no key needed, nothing believed.
extension UnverifiedBundle {
  /// Reads the bytes of a file. Throws `BundleFault`.
  package init(parsing bytes: [UInt8]) throws(BundleFault) {
    guard bytes.count <= BundleLimits.byteCount else {
      throw BundleFault("longer than \(BundleLimits.byteCount) bytes")
    }
    do {
      let value = try StrictJSON.parse(bytes, maximumValueCount: BundleLimits.values)
      var reader = try ObjectReader(value, "bundle")
      self = try UnverifiedBundle(&reader)
      try reader.finish()
    } catch { throw BundleFault("\(error)") }
    guard serialized == bytes else {
      throw BundleFault("is not spelled as bundles are: compact JSON, every member in its place, and one line end")
    }
  }

  private init(_ reader: inout ObjectReader) throws {
    _ = try reader.int("v", in: 1...1)
    let maximum = AttestationFormat.maximumPayload
    let roots = try reader.envelopes("trust_roots", BundleLimits.trustRoots, maximumPayload: TrustRoot.maximumPayload)
    let (output, approval) = (
      try reader.envelope("training_output", maximumPayload: maximum),
      try reader.envelope("approval", maximumPayload: maximum)
    )
    let (promotion, lease) = (
      try reader.optionalEnvelope("promotion", maximumPayload: maximum),
      try reader.optionalEnvelope("lease", maximumPayload: maximum)
    )
    let revocations = try reader.envelopes(
      "revocations", BundleLimits.revocations, maximumPayload: ModelRevocation.maximumPayload)
    var evidence: [BundledEvidence] = []
    for (index, value) in try reader.array("evidence", maximum: BundleLimits.evidence).enumerated() {
      evidence.append(try BundledEvidence(value, "bundle.evidence[\(index)]"))
    }
    self.init(
      trustRoots: roots, trainingOutput: output, approval: approval, promotion: promotion, lease: lease,
      revocations: revocations, evidence: evidence, exportedAt: try reader.time("exported_at"))
  }
}

extension BundledEvidence {
  fileprivate init(_ value: JSONValue, _ name: String) throws(FieldError) {
    var reader = try ObjectReader(value, name)
    origin = try reader.string("origin", maximum: 200)
    entry = try reader.string("entry", maximum: EvidenceEntry.maximumByteCount)
    proof = try reader.string("proof", maximum: TlogProof.maximumBytes)
    try reader.finish()
  }
}

extension ObjectReader {
  fileprivate mutating func envelopes(
    _ key: String, _ maximum: Int, maximumPayload: Int
  ) throws(FieldError) -> [UnverifiedEnvelope] {
    var envelopes: [UnverifiedEnvelope] = []
    for (index, value) in try array(key, maximum: maximum).enumerated() {
      do { envelopes.append(try UnverifiedEnvelope(json: value, maximumPayload: maximumPayload)) } catch {
        throw failure("\(key)[\(index)]", "\(error)")
      }
    }
    return envelopes
  }
}

/// What is wrong with a bundle, in words.
package struct BundleFault: Error, Equatable, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}
