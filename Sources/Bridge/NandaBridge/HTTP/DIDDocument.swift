import AgentFacts
import Attestations
import PlaneContract
import Signing
import Wire

/// `/.well-known/did.json`: the registry's `did:web` document (W3C DID Core 1.0), with the keys that the planes sign with now. What those
/// keys may sign for is for the trust root to say, which a client pins itself.
struct DIDDocument {
  private static let contexts = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1"]

  let registry: Registry
  let prefix: String
  let root: VerifiedTrustRoot

  var fields: JSONObject {
    let methods = planes.map { method($0.name, $0.key) }
    return [
      "@context": .init(Self.contexts), "id": .string(registry.did.text),
      "verificationMethod": .array(methods.map { .object($0) }),
      "assertionMethod": .array(methods.compactMap { $0["id"] }),
      "service": [
        [
          "id": .string("\(registry.did.text)#nanda"), "type": "NandaRegistry",
          "serviceEndpoint": .string(registry.baseURL + prefix),
        ]
      ],
    ]
  }

  private var planes: [(name: String, key: PublicKey)] {
    [Role.training, .governance, .serving].flatMap { role in
      root.keys(of: role).enumerated().map { index, key in
        (index == 0 ? role.planeName : "\(role.planeName)-\(index + 1)", key)
      }
    }
  }

  /// RFC 8037: an Ed25519 key as a JSON Web Key.
  private func method(_ name: String, _ key: PublicKey) -> JSONObject {
    [
      "id": .string("\(registry.did.text)#\(name)"), "type": "JsonWebKey2020",
      "controller": .string(registry.did.text),
      "publicKeyJwk": ["kty": "OKP", "crv": "Ed25519", "x": .string(Self.urlSafe(key.bytes))],
    ]
  }

  private static func urlSafe(_ bytes: [UInt8]) -> String {
    Base64.encode(bytes).replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
