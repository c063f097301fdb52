import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// An honest envelope made into bytes that are none.
enum BrokenEnvelope: String, CaseIterable, CustomTestStringConvertible {
  case notUTF8, overlongUTF8, depthOfArrays, depthOfObjects
  case brokenPayload, mixedAlphabets, unusedBits, paddingInside, spaceInside
  case noSignature, seventeenSignatures, noPayload, payloadTwice

  var testDescription: String { rawValue }

  /// - Parameter envelope: makes another honest one at each call.
  func made(of envelope: () throws -> UnverifiedEnvelope) throws -> [UInt8] {
    let honest = try envelope()
    let one = honest.signatures[0]
    switch self {
    case .notUTF8: return try withUnknownField(honest, [0xff])
    case .overlongUTF8: return try withUnknownField(honest, [0xc0, 0xaf])
    case .depthOfArrays: return Self.nested(open: "[", close: "]")
    case .depthOfObjects: return Self.nested(open: "{\"a\":", close: "}")
    case .brokenPayload: return Array(honest.text { $0.dropLast(3) + "*=" }.utf8)
    case .mixedAlphabets: return try Self.mixed(envelope)
    case .unusedBits: return Array(honest.text(Self.withUnusedBit).utf8)
    case .paddingInside: return Array(honest.text { "Zg==" + $0 }.utf8)
    case .spaceInside: return Array(honest.text { $0.prefix(4) + " " + $0.dropFirst(4) }.utf8)
    case .noSignature: return honest.with(signatures: []).serialized
    case .seventeenSignatures: return honest.with(signatures: Array(repeating: one, count: 17)).serialized
    case .noPayload: return Array(honest.text.replacing("\"payload\":", with: "\"payloads\":").utf8)
    case .payloadTwice: return Array("{\"payload\":\"\",".utf8) + honest.serialized.dropFirst()
    }
  }

  private static let depth = 10_000

  private static func nested(open: String, close: String) -> [UInt8] {
    Array((String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)).utf8)
  }

  /// Unknown fields are ignored, but not what they are made of.
  private func withUnknownField(_ honest: UnverifiedEnvelope, _ bytes: [UInt8]) throws -> [UInt8] {
    Array("{\"x\":\"".utf8) + bytes + Array("\",".utf8) + honest.serialized.dropFirst()
  }

  /// The last character before the padding, with a bit that no byte has.
  private static func withUnusedBit(_ base64: String) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    let text = base64.prefix { $0 != "=" }
    guard text.count < base64.count, let last = text.last, let index = digits.firstIndex(of: last) else {
      return base64
    }
    return text.dropLast() + String(digits[index + 1]) + base64.dropFirst(text.count)
  }

  /// Signatures are random: one of the next has both of the characters in which the alphabets differ.
  private static func mixed(_ envelope: () throws -> UnverifiedEnvelope) throws -> [UInt8] {
    while true {
      let honest = try envelope()
      let signature = Base64.encode(honest.signatures[0].bytes)
      guard signature.contains("+"), signature.contains("/") else { continue }
      return Array(honest.text { $0.replacing("+", with: "-") }.utf8)
    }
  }
}

/// An honest message whose signature was tampered with, and what it is refused as.
enum BadMessage: String, CaseIterable, CustomTestStringConvertible {
  case twoSignatures, goodAmongFifteenBad, secondForm, smallOrder, statementType, rootType, changedPayload

  var testDescription: String { rawValue }

  var code: ErrorCode {
    switch self {
    case .secondForm, .smallOrder, .changedPayload: .unauthenticated
    default: .malformed
    }
  }

  func made(of honest: UnverifiedEnvelope, _ stage: Stage) throws -> UnverifiedEnvelope {
    let good = honest.signatures[0]
    let key = try stage.caller("ci").key.publicKey
    switch self {
    case .twoSignatures: return honest.adding(good)
    case .goodAmongFifteenBad:
      return honest.with(signatures: try BadSignatures.claiming(key, count: 15, around: honest, at: 7))
    case .secondForm:
      let second = try #require(Signature(bytes: good.bytes)?.plusGroupOrder)
      return honest.with(signatures: [EnvelopeSignature(second, by: key)])
    case .smallOrder:
      return honest.with(signatures: [EnvelopeSignature(keyID: key.keyID, bytes: BadSignatures.ofSmallOrder)])
    case .statementType: return honest.with(type: .statement)
    case .rootType: return honest.with(type: .trustRoot)
    case .changedPayload:
      let payload = String(decoding: honest.payload, as: UTF8.self).replacing("\"no\"", with: "\"on\"")
      return UnverifiedEnvelope(
        payloadType: honest.payloadType, payload: Array(payload.utf8), signatures: honest.signatures)
    }
  }
}

/// Signatures that are none.
enum BadSignatures {
  /// R the neutral element and S zero: valid over every message under a key of order one, for who takes such keys.
  static let ofSmallOrder: [UInt8] = [1] + [UInt8](repeating: 0, count: 63)

  /// The envelope's signatures with `count` bad ones around them, each under the hint that it is this key's.
  static func claiming(
    _ key: PublicKey, count: Int, around envelope: UnverifiedEnvelope, at place: Int
  ) throws -> [EnvelopeSignature] {
    let encoding = PreAuthenticationEncoding(payloadType: envelope.payloadType, payload: envelope.payload)
    var signatures = try (0..<count).map { _ in
      EnvelopeSignature(keyID: key.keyID, bytes: try SecretKey.generate().sign(encoding).bytes)
    }
    signatures.insert(contentsOf: envelope.signatures, at: place)
    return signatures
  }
}

extension UnverifiedEnvelope {
  var text: String { String(decoding: serialized, as: UTF8.self) }

  /// Its JSON with the base64 of payload and signatures rewritten.
  func text(_ rewrite: (String) -> some StringProtocol) -> String {
    ([payload] + signatures.map(\.bytes)).map(Base64.encode).reduce(text) { text, base64 in
      text.replacing("\"\(base64)\"", with: "\"\(rewrite(base64))\"")
    }
  }

  func with(signatures: [EnvelopeSignature]) -> UnverifiedEnvelope {
    UnverifiedEnvelope(payloadType: payloadType, payload: payload, signatures: signatures)
  }

  func with(type: PayloadType) -> UnverifiedEnvelope {
    UnverifiedEnvelope(payloadType: type.rawValue, payload: payload, signatures: signatures)
  }
}
