import Signing
import Wire

/// Hashes that are no digest, or are written so that upstream's comparison of texts can never hold.
enum PaperHashes {
  static func problem(_ papers: ModelPapers) -> String? {
    var problems: [String] = []
    for (name, paper) in papers.papers {
      let algorithm = paper[ModelProvenance.Field.hashAlgorithm.rawValue]?.string ?? ""
      problems += [weights("\(name).weights_hash", paper["weights_hash"], algorithm)].compactMap { $0 }
      problems += [digest("\(name).dataset_hash", paper["dataset_hash"], .sha256)].compactMap { $0 }
    }
    return problems.isEmpty ? nil : problems.joined(separator: ", ")
  }

  private static func weights(_ name: String, _ value: JSONValue?, _ algorithm: String) -> String? {
    guard let value, !value.isNull, value.string != "" else { return nil }
    guard let function = algorithm.isEmpty ? .sha256 : HashAlgorithm(rawValue: algorithm) else {
      return "\(name) is by \(algorithm.clipped(64)), which is no hash function known here"
    }
    return digest(name, value, function)
  }

  private static func digest(_ name: String, _ value: JSONValue?, _ function: HashAlgorithm) -> String? {
    guard let value, !value.isNull, value.string != "" else { return nil }
    guard let text = value.string, function.writes(text) else {
      return "\(name) is no \(function.rawValue): write \(2 * function.byteCount) lowercase hex digits and no prefix"
    }
    return nil
  }
}
