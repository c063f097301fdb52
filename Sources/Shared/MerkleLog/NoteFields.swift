import Signing
import Wire

// The fields of messages and documents that carry parts of a log.
extension ObjectReader {
  /// A signed note, as text. Not verified.
  package mutating func note(_ key: String) throws(FieldError) -> UnverifiedNote {
    try note(string(key, maximum: UnverifiedNote.maximumBytes), key)
  }

  package mutating func optionalNote(_ key: String) throws(FieldError) -> UnverifiedNote? {
    guard let text = try optionalString(key, maximum: UnverifiedNote.maximumBytes) else { return nil }
    return try note(text, key)
  }

  package mutating func notes(_ key: String, maximum: Int) throws(FieldError) -> [UnverifiedNote] {
    var notes: [UnverifiedNote] = []
    for item in try array(key, maximum: maximum) {
      guard let text = item.string else { throw failure(key, "expected strings, found \(item.kindName)") }
      notes.append(try note(text, key))
    }
    return notes
  }

  /// A tlog-proof, as text. Not verified.
  package mutating func optionalTlogProof(_ key: String) throws(FieldError) -> TlogProof? {
    guard let text = try optionalString(key, maximum: TlogProof.maximumBytes) else { return nil }
    do { return try TlogProof(text) } catch { throw failure(key, "\(error)") }
  }

  /// The hashes of a proof: 32 bytes each, in standard base64.
  package mutating func proofHashes(_ key: String) throws(FieldError) -> [Digest] {
    var hashes: [Digest] = []
    for text in try strings(key, maximum: ConsistencyProof.maximumHashes) {
      guard let hash = Base64.decode(text).flatMap(Digest.init(bytes:)) else {
        throw failure(key, "expected hashes of 32 bytes in base64")
      }
      hashes.append(hash)
    }
    return hashes
  }

  private func note(_ text: String, _ key: String) throws(FieldError) -> UnverifiedNote {
    do { return try UnverifiedNote(text) } catch { throw failure(key, "\(error)") }
  }
}

extension JSONValue {
  /// The hashes of a proof, as `proofHashes` reads them.
  package init(proofHashes hashes: [Digest]) { self = .array(hashes.map { .string(Base64.encode($0.bytes)) }) }
}
