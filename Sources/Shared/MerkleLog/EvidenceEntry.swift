import Signing
import Wire

/// One entry of a plane's evidence. Its bytes are for ever: they become the leaves of the Merkle log, so their form never
/// changes under `"v": 1`.
package struct EvidenceEntry: Sendable {
  /// Longer entries are refused: evidence names things by digest and does not carry them.
  package static let maximumByteCount = 64 << 10

  package let index: Int
  package let time: Timestamp
  package let event: EvidenceEvent
  package let data: JSONObject
  /// The payload digest of the attestation that this entry is about.
  package let attestation: Digest?

  package init(index: Int, time: Timestamp, event: EvidenceEvent, data: JSONObject, attestation: Digest?) {
    self.index = index
    self.time = time
    self.event = event
    self.data = data
    self.attestation = attestation
  }

  /// Compact JSON in UTF-8, members in this order: `v, index, time, event, data, attestation_digest`. The time has the form
  /// of attestations; an absent digest is null; members of `data` keep the order they were given in.
  package var bytes: [UInt8] {
    Self.bytes(index: index, time: time, event: event.rawValue, data: data, attestation: attestation)
  }

  /// The one spelling of an entry, also of one whose event this version does not know.
  static func bytes(
    index: Int, time: Timestamp, event: String, data: JSONObject, attestation: Digest?
  ) -> [UInt8] {
    let entry: JSONObject = [
      "v": 1,
      "index": JSONValue(index),
      "time": JSONValue(time.attestationText),
      "event": JSONValue(event),
      "data": .object(data),
      "attestation_digest": JSONValue(attestation?.description),
    ]
    return entry.serialized()
  }
}

/// The name of an entry across all planes: `origin#index`.
package struct EvidenceID: Hashable, Sendable, CustomStringConvertible {
  package let origin: EvidenceOrigin
  package let index: Int

  package init(origin: EvidenceOrigin, index: Int) {
    self.origin = origin
    self.index = index
  }

  package var description: String { "\(origin)#\(index)" }
}

/// Whose log it is: `<first 16 hex of version 1's root digest>/<plane>`, also the origin line of its checkpoints.
package struct EvidenceOrigin: Hashable, Sendable, CustomStringConvertible {
  package let description: String

  package init(rootDigest: Digest, plane: String) { description = "\(rootDigest.hex.prefix(16))/\(plane)" }
}
