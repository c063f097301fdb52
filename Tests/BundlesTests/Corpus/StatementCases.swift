import Attestations
import Bundles
import Signing
import TestSupport
import Wire

// Papers that the right keys signed and that say something else, or say it in other words.
extension BundleCorpus {
  static func addSubmissions(_ book: inout CaseBook) throws {
    try book.add(
      "submission-spelled-otherwise", plan: { $0.edits[.output] = submission(urlSafe) }, papers: { $0.undeploy() })
    try book.add(
      "submission-in-two-alphabets",
      plan: { plan in
        plan.edits[.output] = submission {
          $0.setting("payload", to: .string("+_" + ($0["payload"]?.string ?? "").dropFirst(2)))
        }
      }, papers: { $0.undeploy() }, failed: [.trainingOutput])
    try book.add(
      "submission-signed-twice",
      plan: { plan in
        plan.edits[.output] = submission { envelope in
          let signatures = envelope["signatures"]?.array ?? []
          return envelope.setting("signatures", to: .array(signatures + signatures))
        }
      }, papers: { $0.undeploy() }, failed: [.submission])
    let messages: [(String, TextEdit, [BundleCheck])] = [
      (
        "submission-to-another-plane", .replace("\"to\":\"training-plane\"", "\"to\":\"governance-plane\""),
        [.submission]
      ),
      ("submission-of-another-kind", .replace("training.complete", "training.publish"), [.submission]),
      ("submission-from-another", .replace("\"from\":\"trainer\"", "\"from\":\"ci\""), [.submission]),
      ("created-30-seconds-before-the-message", .replace("03:04:05.000Z", "03:04:35Z"), []),
      ("created-too-early", .replace("03:04:05.000Z", "03:04:35.000001Z"), [.submission]),
      ("created-30-seconds-after-the-message", ended("03:03:35Z"), []),
      ("created-too-late", ended("03:03:34.999999Z"), [.submission]),
    ]
    for (name, edit, failed) in messages {
      try book.add(name, plan: { $0.edits[.submission] = edit }, papers: { $0.undeploy() }, failed: failed)
    }
    try book.add(
      "submitter-is-another-person",
      plan: { $0.edits[.output] = .replace("\"submitter_person\":\"tess\"", "\"submitter_person\":\"dave\"") },
      papers: { $0.undeploy() }, failed: [.submission])
  }

  /// A message that began a minute before it ended.
  private static func ended(_ time: String) -> TextEdit {
    TextEdit { text in
      let begun = try TextEdit.replace("03:04:05.000Z", "03:02:35Z")(text)
      return try TextEdit.replace("03:05:05.000Z", time)(begun)
    }
  }

  private static func submission(_ change: @escaping (JSONObject) throws -> JSONObject) -> TextEdit {
    TextEdit { text in
      guard let output = try StrictJSON.parse(Array(text.utf8)).object, let predicate = output["predicate"]?.object,
        let envelope = predicate["submission"]?.object
      else { throw BadPaper("no submission in \(text)") }
      let changed = predicate.setting("submission", to: .object(try change(envelope)))
      return String(decoding: output.setting("predicate", to: .object(changed)).serialized(), as: UTF8.self)
    }
  }

  /// As DSSE lets others write it: the URL-safe alphabet, no padding, no keyid, members that nobody knows.
  private static func urlSafe(_ envelope: JSONObject) -> JSONObject {
    func respelled(_ value: JSONValue?) -> JSONValue {
      .string((value?.string ?? "").replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: ""))
    }
    let signature = envelope["signatures"]?.array?.first?.object ?? [:]
    return [
      "cert": ["none"], "payload": respelled(envelope["payload"]), "payloadType": envelope["payloadType"] ?? .null,
      "signatures": [["sig": respelled(signature["sig"]), "ext": 1]],
    ]
  }

  static func addStatements(_ book: inout CaseBook) throws {
    let papers: [(String, PaperPlan.Paper, TextEdit, [BundleCheck])] = [
      ("approval-of-another-statement", .approval, .replace("/Statement/v1", "/Statement/v2"), [.approval]),
      ("approval-of-another-predicate", .approval, .replace("/model-approval/v1", "/model-approval/v2"), [.approval]),
      ("approval-about-another-subject", .approval, .replace("\"name\":\"iris\"", "\"name\":\"tulip\""), [.approval]),
      ("lease-about-something-else", .lease, .replace("\"trust-root\"", "\"root\""), [.lease]),
      (
        "lease-with-a-wrong-count", .lease, .replace("\"revocation_count\":0", "\"revocation_count\":1"), [.revocations]
      ),
      ("lease-with-minus-zero", .lease, .replace("\"revocation_count\":0", "\"revocation_count\":-0"), []),
      (
        "lease-with-a-checkpoint", .lease,
        checkpoint("a/b\\n3\\n\(String(repeating: "A", count: 43))=\\n\\n— a/b AAAAAAAA\\n"), []
      ),
      ("lease-with-no-checkpoint", .lease, checkpoint("a/b\\n3\\n\\n— a/b AAAAAAAA\\n"), [.lease]),
    ]
    for (name, paper, edit, failed) in papers {
      try book.add(name, plan: { $0.edits[paper] = edit }, papers: { $0.undeploy() }, failed: failed)
    }
    try addPromotionStatements(&book)
    try addDetectors(&book)
    var unleased = try Papers(PaperPlan())
    unleased.lease = nil
    book.add(
      "no-lease-and-another-pin", unleased.bytes, file: "no-lease", pinned: PaperPlan.weights,
      failed: [.trustRoots, .gateLease])
  }

  private static func checkpoint(_ text: String) -> TextEdit {
    .replace("\"ledger_checkpoint\":null", "\"ledger_checkpoint\":\"\(text)\"")
  }

  private static func addPromotionStatements(_ book: inout CaseBook) throws {
    let promotions: [(String, TextEdit)] = [
      ("promotion-not-promoted", .replace("\"promoted\":true", "\"promoted\":false")),
      ("promotion-under-another-id", .replace("approval:0123456789abcdef", "approval:0123456789abcdee")),
      (
        "promotion-under-another-approval", .replace("\"approval_digest\":\"sha256:6", "\"approval_digest\":\"sha256:7")
      ),
      ("promotion-with-a-long-message", .replace("deployed to production", String(repeating: "x", count: 4097))),
    ]
    for (name, edit) in promotions {
      try book.add(name, plan: { $0.edits[.promotion] = edit }, failed: [.promotion])
    }
    try book.add(
      "promotion-for-another-scope",
      plan: { plan in
        plan.scopes = ["eu"]
        plan.edits[.promotion] = .replace("\"scope\":null", "\"scope\":\"us\"")
      }, scope: "eu", failed: [.promotion])
  }

  private static func addDetectors(_ book: inout CaseBook) throws {
    let check = Digest(hashing: Array("a drift check".utf8))
    let detector = PrincipalID.driftDetector.text
    func revocation(_ by: String, _ keys: [String], _ check: Digest?, _ edit: TextEdit? = nil) -> PlannedRevocation {
      PlannedRevocation(revokedBy: by, keys: keys, driftCheck: check, edit: edit)
    }
    let absent = TextEdit.replace("\"drift_check_digest\":\"\(check)\"", "\"drift_check_digest\":null")
    let revocations: [(String, PlannedRevocation, [BundleCheck])] = [
      ("revoked-by-the-drift-detector", revocation(detector, ["governance-plane"], check), [.gateRevocation]),
      ("drift-detector-played-by-an-approver", revocation(detector, ["carol"], check), [.revocations]),
      ("drift-detector-without-a-check", revocation(detector, ["governance-plane"], check, absent), [.revocations]),
      ("approver-with-a-drift-check", revocation("carol", ["carol", "governance-plane"], check), [.revocations]),
    ]
    for (name, revocation, failed) in revocations {
      try book.add(name, plan: { $0.revocations = [revocation] }, papers: { $0.undeploy() }, failed: failed)
    }
  }
}
