import Signing
import Wire

extension SecretKey {
  /// The key whose 32 seed bytes are all `byte`.
  static func seeded(_ byte: UInt8) throws -> SecretKey {
    var seed = [UInt8](repeating: byte, count: seedByteCount)
    return try SecretKey(seed: &seed)
  }
}

extension UnverifiedEnvelope {
  /// A statement-typed envelope around "hello", signed by the keys of these seeds.
  static func hello(by seeds: UInt8...) throws -> UnverifiedEnvelope {
    try UnverifiedEnvelope(signing: Array("hello".utf8), as: .statement, by: seeds.map(SecretKey.seeded))
  }

  func with(
    payloadType: String? = nil, payload: [UInt8]? = nil, signatures: [EnvelopeSignature]? = nil
  ) -> UnverifiedEnvelope {
    UnverifiedEnvelope(
      payloadType: payloadType ?? self.payloadType, payload: payload ?? self.payload,
      signatures: signatures ?? self.signatures)
  }
}
