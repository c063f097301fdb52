import Attestations
import FuzzProperties
import Signing
import Wire

/// Texts that are what they should be, one for each way of being it.
enum SoundTexts {
  static let json = named([
    #"{"v":1,"id":"0123","kind":"model.authorize","body":{"a":[1,2.5,-3e7],"b":null,"c":true}}"#,
    #"{"payload":"aGVsbG8=","payloadType":"text/plain","signatures":[{"keyid":"","sig":"AA=="}]}"#,
    #"[[],{},"",0,-0,1e-7,"\u00e9\ud83d\ude00\n\/",[[[[]]]],{"é":"é","e\u0301":2}]"#,
    #" { "a" : [ true , false , null ] , "\"" : "\\" } "#,
    String(repeating: "[", count: 32) + String(repeating: "]", count: 32), #"-12.50E+3"#, #""plain""#,
    "[9007199254740993,1e16,123456789012345680.0,0.0001,0.00001,1.7976931348623157e308,5e-324,-0.0]",
    #"["\u0001\u001F\b\f\r\t","\u007f\u0080\u2028\uFFFF\udbff\udfff"]"#,
    "{" + (0..<20).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}",
  ])

  static let base64 = named(["", "AA==", "AA", "aGVsbG8=", "aGVsbG8h", "+/+/", "-_-_", "_w"])

  static let identifiers = named([
    "alice", "ci-deployer", "0.a_b-c", "iris", "Org/Model-7:v1.2", "approval:ce2916451984f5d9", "run-1!~",
    "0123456789abcdef0123456789abcdef", "sha256:" + String(repeating: "0af9", count: 16),
  ])

  static let timestamps = named([
    "2026-01-02T03:04:05+00:00", "2026-01-02T03:04:05.000001+00:00", "2026-01-02T03:04:05Z", "2024-02-29T23:59:59.123Z",
    "1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "2000-02-29T00:00:00+00:00",
    "9999-12-31T23:59:59.999999+00:00",
  ])

  static func pem(_ target: String, _ house: FuzzHouse) throws -> [String: [UInt8]] {
    let text = target == "public-pem" ? try house.key("alice").publicKey.pem : secret
    let lines = text.split(separator: "\n")
    let body = String(lines[1])
    let folded = [String(lines[0]), String(body.prefix(20)), String(body.dropFirst(20)), String(lines[2])]
    return named([text, folded.joined(separator: "\r\n")])
  }

  static func sshKeys(_ house: FuzzHouse) throws -> [String: [UInt8]] {
    let line = try house.key("alice").publicKey.sshLine(comment: "alice@desk")
    return named([line, String(line.dropLast(" alice@desk\n".count))])
  }

  /// No keys, and a signature of 64 zero bytes.
  static let agentAnswers: [String: [UInt8]] = [
    "keys": [12, 0, 0, 0, 0],
    "signature": [14, 0, 0, 0, 83, 0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [0, 0, 0, 64]
      + [UInt8](repeating: 0, count: 64),
  ]

  static func keyProofs(_ house: FuzzHouse) throws -> [String: [UInt8]] {
    let key = try house.key("alice")
    let proof = KeyProof(
      principal: PrincipalID(checked: "alice"), publicKey: key.publicKey, provedAt: FuzzHouse.now)
    return ["1": try proof.signed(by: key).payload]
  }

  /// Whole files: the length of the header, the header, the data.
  static let safetensors: [String: [UInt8]] = [
    "two": safetensors(
      #"{"__metadata__":{"format":"pt"},"b":{"dtype":"BF16","shape":[2,3],"data_offsets":[4,16]},"#
        + #""a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}  "#, dataByteCount: 16),
    "empty": safetensors("{}", dataByteCount: 0),
    "nothing": safetensors(#"{"n":{"dtype":"I64","shape":[7,0],"data_offsets":[0,0]}}"#, dataByteCount: 0),
    "halves": safetensors(#"{"h":{"dtype":"F4","shape":[3,2],"data_offsets":[0,3]}}"#, dataByteCount: 3),
  ]

  private static func safetensors(_ header: String, dataByteCount: Int) -> [UInt8] {
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> ($0 * 8)) }
    return length + Array(header.utf8) + [UInt8](repeating: 0, count: dataByteCount)
  }

  /// The seed 00 01 … 1f, as openssl writes it.
  private static let secret = """
    -----BEGIN PRIVATE KEY-----
    MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f
    -----END PRIVATE KEY-----

    """

  private static func named(_ texts: [String]) -> [String: [UInt8]] {
    Dictionary(uniqueKeysWithValues: texts.enumerated().map { ("\($0.offset + 1)", Array($0.element.utf8)) })
  }
}
