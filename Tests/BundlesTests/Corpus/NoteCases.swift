import Attestations
import Bundles
import Signing
import Wire

// Whose lines count under a checkpoint, how notes and proofs are spelled, and the bounds of the file.
extension BundleCorpus {
  static func addLogs(_ book: inout CaseBook) throws {
    try book.add(
      "log-signed-by-an-old-key",
      papers: { papers in
        for place in [2, 3] {
          papers.evidence[place] = try papers.logs.evidence(.serving, place + 1, signedBy: "old serving-plane")
        }
      })
    let renamed = try PaperHouse.roots { principal in
      guard principal.id.text == "serving-plane" else { return principal }
      return Principal(
        id: PrincipalID(checked: "serving-two"), person: nil, roles: [.serving],
        keys: [try PaperHouse.key("serving-two").publicKey])
    }
    for (name, key, failed) in [
      ("plane-under-another-id", "serving-two", []),
      ("plane-under-another-id-by-its-old-key", "serving-plane", [BundleCheck.evidenceWitnesses]),
    ] {
      try book.add(
        name,
        plan: { ($0.roots, $0.leaseRoot) = (renamed, try PaperPlan.verified(renamed)) },
        papers: { papers in
          let origin = "\(papers.roots[0].payloadDigest.hex.prefix(16))/\(key)"
          papers.evidence[1] = try papers.logs.evidence(.governance, 7, witnesses: [(origin, key)])
        }, failed: failed)
    }
  }

  static func addNotes(_ book: inout CaseBook) throws {
    let hash = String(repeating: "A", count: 43) + "=\n"
    func line(_ name: String) -> String { "— \(name) AAAAAAAA\n" }
    let notes: [(String, (String) -> String, BundleCheck)] = [
      ("line-of-nobody", { $0 + line("example.com") }, .evidenceWitnesses),
      (
        "sixty-four-hashes", { $0.replacing("index 7\n", with: "index 7\n" + String(repeating: hash, count: 61)) },
        .evidenceCheckpoints
      ),
      ("index-with-a-leading-zero", { $0.replacing("index 7\n", with: "index 07\n") }, .evidenceCheckpoints),
      ("size-with-a-leading-zero", { $0.replacing("\n8\n", with: "\n08\n") }, .evidenceCheckpoints),
      ("seventeen-lines", { $0 + String(repeating: line("x"), count: 14) }, .evidenceCheckpoints),
      ("note-over-16-kib", { $0 + line(String(repeating: "a", count: 16 << 10)) }, .evidenceCheckpoints),
      ("path-under-another-index", { $0.replacing("index 7\n", with: "index 6\n") }, .evidenceInclusion),
    ]
    for (name, change, failed) in notes {
      try book.add(
        name,
        papers: { papers in
          papers.undeploy()
          papers.evidence[1] = papers.evidence[1].with(proof: change(papers.evidence[1].proof))
        }, failed: [failed])
    }
  }

  /// The first signature of the approval stands for all.
  static func addBounds(_ book: inout CaseBook) throws {
    var papers = try Papers(PaperPlan())
    papers.undeploy()
    let text = String(decoding: papers.bytes, as: UTF8.self)
    let signature = papers.approval.signatures[0]
    let (keyID, sig) = ("\"keyid\":\"\(signature.keyID)\"", "\"sig\":\"\(Base64.encode(signature.bytes))\"")
    let one = "{\(keyID),\(sig)}"
    let files: [(String, String, String, BundleCheck)] = [
      ("keyid-of-257-bytes", keyID, "\"keyid\":\"\(String(repeating: "a", count: 257))\"", .format),
      ("keyid-null", keyID, "\"keyid\":null", .format),
      ("keyid-in-capitals", keyID, "\"keyid\":\"\(signature.keyID.uppercased())\"", .approval),
      ("signature-of-1028-characters", sig, "\"sig\":\"\(String(repeating: "A", count: 1028))\"", .format),
      ("signature-of-63-bytes", sig, "\"sig\":\"\(String(repeating: "A", count: 84))\"", .approval),
      ("seventeen-signatures", one, Array(repeating: one, count: 15).joined(separator: ","), .format),
      (
        "exported-at-a-fraction-of-zero", "\"exported_at\":\"\(PaperPlan.exported.attestationText)\"",
        "\"exported_at\":\"\(PaperPlan.exported.attestationText.replacing("+00:00", with: ".000000+00:00"))\"", .format
      ),
    ]
    for (name, old, new, failed) in files {
      book.add(name, Array(try TextEdit.replace(old, new)(text).utf8), failed: [failed])
    }
    papers.evidence = Array(repeating: BundledEvidence(origin: "a/b", entry: "{}", proof: "none"), count: 65)
    book.add("sixty-five-pieces-of-evidence", papers.bytes, failed: [.format])
  }
}
