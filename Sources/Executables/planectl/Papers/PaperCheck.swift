import Attestations
import Metadata
import PlaneContract
import Signing
import WeightsDigest
import Wire

/// Judges one file offline: its papers, the rules of a profile, and the weights and the dataset where they are at hand.
struct PaperCheck {
  let profile: IntegrityProfile
  let context: JudgingContext
  let verifiers: AttestationVerifiers
  let weights: String?
  let dataset: String?

  func verdict(on file: PaperFile) throws -> PaperVerdict {
    let papers = file.papers
    var checks = papers.checks(by: verifiers)
    if let weights { checks.append(try check(weights: weights, against: papers)) }
    if let dataset { checks.append(try check(dataset: dataset, against: papers.card)) }
    return PaperVerdict(
      kind: file.kind, papers: papers, checks: checks, report: profile.report(on: papers, in: context))
  }

  /// An output's weights are hashed as they were submitted, a paper's as upstream hashes them.
  private func check(weights path: String, against papers: ModelPapers) throws -> IntegrityReport.Result {
    if let expected = papers.weightsHash {
      let found = try ProgressBar.hash(path: path).digest
      let problem = found == expected ? nil : "\(path) is \(found), and not \(expected)"
      return IntegrityReport.Result("weights", problem: problem)
    }
    let provenance = papers.provenance
    let result = try WeightsHasher().check(
      path: path, expected: provenance[.weightsHash], algorithm: provenance[.hashAlgorithm])
    let problem =
      result.valid
      ? nil : "\(path) has the \(result.algorithm.rawValue) \(result.computedHash); the papers name another"
    return IntegrityReport.Result("weights", problem: problem)
  }

  private func check(dataset path: String, against card: JSONObject) throws -> IntegrityReport.Result {
    let (digest, rowCount) = try DatasetFile.hash(path)
    var problems: [String] = []
    if card["dataset_hash"]?.string?.utf8.elementsEqual(digest.hex.utf8) != true {
      problems.append("\(path) has the hash \(digest.hex); the card names another")
    }
    if let size = card["dataset_size"], !size.isNull, size.int != rowCount {
      problems.append("\(path) has \(rowCount) rows; the card says otherwise")
    }
    return IntegrityReport.Result("dataset", problem: problems.isEmpty ? nil : problems.joined(separator: ", "))
  }
}
