import Attestations
import Signing
import Wire

extension JSONObject {
  /// This object with one member replaced or added, at the end; `nil` removes it.
  func with(_ key: String, _ value: JSONValue?) -> JSONObject {
    var object = JSONObject()
    for member in members where !member.key.utf8.elementsEqual(key.utf8) { object.append(member.key, member.value) }
    if let value { object.append(key, value) }
    return object
  }

  /// This object with the member at the end of `path` replaced.
  func with(_ path: [String], _ value: JSONValue?) -> JSONObject {
    guard let first = path.first else { return self }
    guard path.count > 1 else { return with(first, value) }
    return with(first, .object((self[first]?.object ?? [:]).with(Array(path.dropFirst()), value)))
  }
}

extension UnverifiedEnvelope {
  /// The same payload type around an altered payload, signed anew by `signers`: what a thief of those keys can make.
  func altered(_ path: String..., to value: JSONValue?, signedBy signers: [String]) throws -> UnverifiedEnvelope {
    let object = try StrictJSON.parse(payload).object ?? [:]
    return try Self.signed(object.with(path, value), payloadType, by: signers)
  }

  static func signed(_ object: JSONObject, _ payloadType: String, by signers: [String]) throws -> UnverifiedEnvelope {
    let payload = object.serialized()
    let encoding = PreAuthenticationEncoding(payloadType: payloadType, payload: payload)
    let signatures = try House.keys(signers).map { EnvelopeSignature(try $0.sign(encoding), by: $0.publicKey) }
    return UnverifiedEnvelope(payloadType: payloadType, payload: payload, signatures: signatures)
  }
}
