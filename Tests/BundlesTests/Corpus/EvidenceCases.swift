import Attestations
import Bundles
import MerkleLog
import Signing
import Wire

// The entries, their proofs and the checkpoints above them. In the good bundle: 0 training_completed, 1 model_approved,
// 2 deployment_intended, 3 model_deployment.
extension BundleCorpus {
  static func addEvidence(_ book: inout CaseBook) throws {
    try book.add("no-evidence", papers: { $0.evidence = [] }, failed: [.evidenceEntries])
    try book.add("training-not-in-a-log", papers: { $0.evidence.remove(at: 0) }, failed: [.evidenceEntries])
    try book.add("approval-not-in-a-log", papers: { $0.evidence.remove(at: 1) }, failed: [.evidenceEntries])
    try book.add("intent-not-in-a-log", papers: { $0.evidence.remove(at: 2) }, failed: [.evidenceEntries])
    try book.add("deployment-not-in-a-log", papers: { $0.evidence.remove(at: 3) }, failed: [.evidenceEntries])
    try book.add("evidence-twice", papers: { $0.evidence.insert($0.evidence[1], at: 1) }, failed: [.evidenceEntries])
    try book.add("evidence-out-of-order", papers: { $0.evidence.swapAt(0, 1) }, failed: [.evidenceEntries])
    try book.add(
      "evidence-of-another-house",
      papers: { $0.evidence[0] = $0.evidence[0].with(origin: "0123456789abcdef/training-plane") },
      failed: [.evidenceEntries])
    try book.add(
      "evidence-of-something-else", papers: { $0.evidence[1] = try $0.logs.evidence(.governance, 0) },
      failed: [.evidenceEntries])
    try book.add(
      "evidence-of-another-plane", papers: { $0.evidence[1] = $0.evidence[1].with(origin: $0.logs.training.origin) },
      failed: [.evidenceEntries])
    try book.add(
      "entry-altered", papers: { $0.evidence[1] = $0.evidence[1].replacing("03:05:35", by: "03:05:36") },
      failed: [.evidenceInclusion])
    try book.add(
      "entry-spelled-otherwise", papers: { $0.evidence[1] = $0.evidence[1].replacing("{\"v\":1,", by: "{\"v\": 1,") },
      failed: [.evidenceEntries])
    try book.add(
      "wrong-index", papers: { $0.evidence[1] = $0.evidence[1].replacing("\"index\":7", by: "\"index\":6") },
      failed: [.evidenceInclusion])
    try book.add(
      "index-spelled-otherwise",
      papers: { $0.evidence[1] = $0.evidence[1].replacing("\"index\":7", by: "\"index\":-0") },
      failed: [.evidenceEntries])
    try book.add(
      "index-beyond-the-size",
      papers: { papers in
        papers.evidence[1] = papers.evidence[1].replacing("\"index\":7", by: "\"index\":700")
          .with(proof: papers.evidence[1].proof.replacing("index 7\n", with: "index 700\n"))
      }, failed: [.evidenceInclusion])
    try book.add(
      "proof-of-another-leaf",
      papers: { $0.evidence[1] = $0.evidence[1].with(proof: try $0.logs.evidence(.governance, 6).proof) },
      failed: [.evidenceInclusion])
    try book.add(
      "proof-too-short",
      papers: { papers in
        let lines = papers.evidence[1].proof.split(separator: "\n", omittingEmptySubsequences: false)
        papers.evidence[1] = papers.evidence[1].with(proof: (lines[..<2] + lines[3...]).joined(separator: "\n"))
      }, failed: [.evidenceInclusion])
  }

  static func addCheckpoints(_ book: inout CaseBook) throws {
    try book.add(
      "checkpoint-of-another-origin",
      papers: { papers in
        papers.evidence[1] = try papers.logs.evidence(.governance, 7, as: papers.logs.training.origin)
      }, failed: [.evidenceCheckpoints])
    try book.add(
      "checkpoint-by-another-plane",
      papers: { $0.evidence[1] = try $0.logs.evidence(.governance, 7, signedBy: "serving-plane") },
      failed: [.evidenceCheckpoints])
    try book.add(
      "proof-spelled-otherwise",
      papers: { papers in
        let proof = papers.evidence[1].proof.replacing("index 7\n", with: "extra AAAA\nindex 7\n")
        papers.evidence[1] = papers.evidence[1].with(proof: proof)
      }, failed: [.evidenceCheckpoints])
    try book.add(
      "no-proof", papers: { $0.evidence[1] = $0.evidence[1].with(proof: "trust me\n") }, failed: [.evidenceCheckpoints])
    try addWitnesses(&book)
  }

  private static func addWitnesses(_ book: inout CaseBook) throws {
    try book.add(
      "not-cosigned",
      papers: { papers in
        papers.evidence[1] = try papers.logs.evidence(.governance, 7, witnesses: [])
      }, failed: [.evidenceWitnesses])
    for (name, witness, key) in [
      ("cosigned-by-a-removed-key", "serving-plane", "old serving-plane"),
      ("cosigned-by-itself", "governance-plane", "governance-plane"),
      ("cosigned-by-nobody", "training-plane", "mallory"),
      ("cosigned-under-another-name", "training-plane", "serving-plane"),
    ] {
      try book.add(
        name,
        papers: { papers in
          let origin = "\(papers.roots[0].payloadDigest.hex.prefix(16))/\(witness)"
          papers.evidence[1] = try papers.logs.evidence(.governance, 7, witnesses: [(origin, key)])
        }, failed: [.evidenceWitnesses])
    }
    try book.add(
      "training-cosigned-by-serving",
      papers: { papers in
        let witness = (papers.logs.serving.origin, "serving-plane")
        papers.evidence[0] = try papers.logs.evidence(.training, 2, witnesses: [witness])
      }, failed: [.evidenceWitnesses])
    try book.add(
      "one-cosignature-wrong",
      papers: { papers in
        let origin = papers.logs.training.origin
        papers.evidence[1] = try papers.logs.evidence(
          .governance, 7, witnesses: [(origin, "training-plane"), (papers.logs.serving.origin, "mallory")])
      }, failed: [.evidenceWitnesses])
    try book.add(
      "cosignature-twice",
      papers: { papers in
        let lines = papers.evidence[0].proof.split(separator: "\n", omittingEmptySubsequences: false)
        let doubled = lines.dropLast() + [lines[lines.count - 2], ""]
        papers.evidence[0] = papers.evidence[0].with(proof: doubled.joined(separator: "\n"))
      }, failed: [.evidenceWitnesses])
  }
}

extension BundledEvidence {
  func with(origin: String? = nil, proof: String? = nil) -> BundledEvidence {
    BundledEvidence(origin: origin ?? self.origin, entry: entry, proof: proof ?? self.proof)
  }

  /// With one place of the entry's text changed.
  func replacing(_ text: String, by other: String) -> BundledEvidence {
    BundledEvidence(origin: origin, entry: entry.replacing(text, with: other, maxReplacements: 1), proof: proof)
  }
}
