import Signing
import Wire

/// Whether a file is the one that papers name, in the shape of upstream's `IntegrityResult` (UPSTREAM.md section 4).
package struct IntegrityResult: Sendable, Equatable {
  /// As the papers have it.
  package let expectedHash: String
  /// Lowercase hex without a prefix.
  package let computedHash: String
  package let algorithm: HashAlgorithm

  /// The texts are compared byte for byte: uppercase hex and a prefix make another text, as upstream has it.
  package var valid: Bool { expectedHash.utf8.elementsEqual(computedHash.utf8) }

  package var fields: JSONObject {
    [
      "valid": .bool(valid), "expected_hash": .string(expectedHash), "computed_hash": .string(computedHash),
      "algorithm": .string(algorithm.rawValue),
    ]
  }
}

extension WeightsHasher {
  /// Reads one file in pieces and compares its digest with what papers say.
  ///
  /// - Parameter algorithm: the papers' `hash_algorithm`; empty means sha256.
  /// - Throws: `IntegrityRefusal` where upstream raises `ValueError`, `WeightsError` and `FileSystemError` as `hash(path:)` does.
  package func check(path: String, expected: String, algorithm: String) throws -> IntegrityResult {
    guard !expected.isEmpty else { throw IntegrityRefusal.noHash }
    guard let function = algorithm.isEmpty ? .sha256 : HashAlgorithm(rawValue: algorithm) else {
      throw IntegrityRefusal.unsupported(algorithm)
    }
    let digest = try fileHash(WeightsSource(path: path), by: function)
    return IntegrityResult(expectedHash: expected, computedHash: Hex.encode(digest), algorithm: function)
  }
}

/// Why there is nothing to compare.
package enum IntegrityRefusal: Error, Equatable, CustomStringConvertible {
  case noHash
  case unsupported(String)
  case directory(String)

  package var description: String {
    switch self {
    case .noHash: "the papers have no weights_hash to compare with: put the digest there first"
    case .unsupported(let name):
      "hash_algorithm \(Printable.text(name.clipped(64))) is not supported: "
        + "use \(HashAlgorithm.allCases.map(\.rawValue).joined(separator: ", "))"
    case .directory(let path):
      "\(Printable.text(path)) is a directory: papers name one file by this hash; planectl hash gives a directory's digest"
    }
  }
}
