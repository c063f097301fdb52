import Signing
import Wire

/// An entry as somebody shows it. It says nothing until a proof puts its bytes into a log.
package struct UnverifiedEntry: Sendable, Equatable {
  /// What the log's leaf is the hash of.
  package let bytes: [UInt8]
  package let index: Int
  package let time: Timestamp
  /// The event's name as it stands there: a later version may write others than this one knows.
  package let event: String
  package let data: JSONObject
  package let attestation: Digest?

  /// Reads the bytes that `EvidenceEntry.bytes` writes. Throws `EntryError` for anything that is not spelled exactly so, its members
  /// in another order, say: two readers must never see two entries in the same bytes.
  package init(_ bytes: [UInt8]) throws(EntryError) {
    guard bytes.count <= EvidenceEntry.maximumByteCount else {
      throw .malformed("is over \(EvidenceEntry.maximumByteCount) bytes")
    }
    guard let object = try? StrictJSON.parse(bytes).object else { throw .malformed("is no JSON object") }
    guard object["v"]?.int == 1 else { throw .malformed("is of a version that this program does not know") }
    guard let index = object["index"]?.int, index >= 0,
      let time = object["time"]?.string.flatMap(Timestamp.init(attestation:)), let event = object["event"]?.string,
      let data = object["data"]?.object, let digest = object["attestation_digest"]
    else { throw .malformed("has not the six members of an entry") }
    let attestation = digest.string.flatMap { Digest($0) }
    guard attestation != nil || digest == .null else { throw .malformed("has an attestation_digest that is none") }
    let spelling = EvidenceEntry.bytes(index: index, time: time, event: event, data: data, attestation: attestation)
    guard spelling == bytes else {
      throw .malformed("is not spelled as entries are: compact, and those six members in their order")
    }
    self.bytes = bytes
    self.index = index
    self.time = time
    self.event = event
    self.data = data
    self.attestation = attestation
  }
}

package enum EntryError: Error, Equatable, CustomStringConvertible {
  case malformed(String)

  package var description: String {
    switch self {
    case .malformed(let problem): "the evidence entry \(problem)"
    }
  }
}
