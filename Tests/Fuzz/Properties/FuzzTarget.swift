/// A parser, and what this project promises about it whatever bytes come.
package struct FuzzTarget: Sendable {
  package let name: String
  /// Whether inputs are JSON, which the fuzzer then also mutates by its structure.
  package let isJSON: Bool
  /// Says whether the input was accepted; throws `BrokenPromise` when something promised does not hold for it.
  package let check: @Sendable ([UInt8]) throws -> Bool

  init(_ name: String, isJSON: Bool = true, _ check: @escaping @Sendable ([UInt8]) throws -> Bool) {
    self.name = name
    self.isJSON = isJSON
    self.check = check
  }

  package static let all: [FuzzTarget] =
    [frame, strictJSON, canonicalJSON, base64, envelope, message, admission]
    + attestations + [
      decision, trustRoot, logReset, note, tlogProof, evidenceEntry, publicPEM, secretPEM, sshKey, sshAgent, keyProof,
      identifiers, timestamps, safetensors,
    ]

  package static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// A promise that does not hold for some input.
package struct BrokenPromise: Error, CustomStringConvertible {
  package let description: String
}

/// States a promise: `what` is said as it should be.
func promise(_ holds: Bool, _ what: @autoclosure () -> String) throws {
  guard holds else { throw BrokenPromise(description: "not so: \(what())") }
}
