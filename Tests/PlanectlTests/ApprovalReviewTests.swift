import Attestations
import PlaneContract
import Signing
import Testing
import Wire

@testable import planectl

/// What an approver reads.
@Suite struct ApprovalReviewTests {
  let test: TestHome

  init() throws { test = try TestHome(approvers: ["alice", "bob", "carol"]) }

  private func review(
    _ output: UnverifiedEnvelope, before: UnverifiedEnvelope? = nil, status: ApprovalStatus? = .pending
  ) throws -> [String] {
    let envelope = try UnverifiedEnvelope(attesting: test.approval(of: output, by: "alice"), by: [test.signer("alice")])
    let proven = try ProvenApproval.verify(approval: envelope, training: output, root: test.root)
    let previous = try before.map {
      PreviousVersion(
        approval: try test.approval(of: $0, by: "alice", id: ApprovalID(checked: "approval:before")),
        training: try VerifiedTrainingOutput.verify($0, root: test.root))
    }
    return ApprovalReview(
      training: proven.training, approval: proven.held.predicate, payload: proven.held.digest,
      quorum: proven.held.quorum, status: status, previous: previous, root: test.root
    ).fields.lines
  }

  private func metric(_ value: Double) throws -> JSONValue { .number(try #require(JSONNumber(value))) }

  /// The control sequences, line breaks and bidi controls with which a text could pretend to be another line, or the end.
  private static let hostile =
    "\u{1b}[2J\u{1b}[1;1H\u{9b}31m\r\nweights  sha256:00\u{202e}\u{2066}\u{200b}\u{7f}\u{2028}"

  @Test func noTextFieldCanMoveTheCursorOrReorderALine() throws {
    let text = JSONValue.string(Self.hostile)
    let papers: JSONObject = ["owner": text, "nested": ["deep": text, "list": [text]]]
    let output = try test.trainingOutput(
      card: papers, metrics: ["\(Self.hostile)": 1], provenance: papers, lineage: [text, .object(papers)])
    let lines = try review(output, before: test.trainingOutput(weights: "old", metrics: ["gone\(Self.hostile)": 2]))
    for line in lines {
      #expect(line.unicodeScalars.allSatisfy { shown(String($0)) == String($0) }, "\(line.debugDescription)")
    }
    #expect(lines.count { $0.hasPrefix("weights") } == 1)
    #expect(lines.contains { $0.contains("\\u{1b}[2J") && $0.contains("\\u{202e}") })
  }

  @Test func theDigestOfTheWeightsComesLastWhateverStandsBeforeIt() throws {
    let output = try test.trainingOutput(card: [
      "description": .string("weights  sha256:\(String(repeating: "0", count: 64))")
    ])
    let hash = Digest(hashing: Array("weights".utf8)).description
    for status in [nil, ApprovalStatus.pending, .active, .expired] {
      let lines = try review(output, status: status)
      #expect(lines.last?.hasPrefix("weights") == true && lines.last?.hasSuffix("\(hash) (file)") == true)
      #expect(lines.dropLast().last?.hasPrefix("payload") == true)
    }
  }

  @Test func aCardOf90KiBIsShownAndTheDigestStillComesLast() throws {
    let card: JSONObject = ["description": .string(String(repeating: "x", count: 90 << 10))]
    let lines = try review(test.trainingOutput(card: card))
    #expect(lines.contains { $0.utf8.count > 90 << 10 } && lines.last?.hasPrefix("weights") == true)
  }

  @Test func whatAnApproverMustKnowIsThere() throws {
    let lines = try review(test.trainingOutput())
    let expected = [
      ("model", "iris"), ("trained by", "trainer, who answers for it"), ("rules", "default: 1 of 1 passed"),
      ("environments", "production"),
      ("scopes", "any"), ("quorum", "production: 1 of 2 have signed"), ("signed by", "alice"),
      ("can sign still", "bob, carol"), ("trust root", "version 1 here, proposed under version 1"),
    ]
    for (name, value) in expected {
      #expect(lines.contains { $0.hasPrefix("\(name) ") && $0.hasSuffix("  \(value)") }, "\(name)\n\(lines)")
    }
    #expect(lines.contains { $0.hasPrefix("valid") && $0.contains("(30 d)") })
    #expect(lines.contains { $0.hasSuffix("passed: require_weights_hash") })
  }

  @Test func rulesAreEvaluatedHereAndThoseThatFailStandFirstWithTheReason() throws {
    let root = try test.changedRoot(rules: ["require_weights_hash", "require_risk_level"])
    let training = try VerifiedTrainingOutput.verify(test.trainingOutput(), root: root)
    let rules = ProfileRules(Proposal.defaultProfile, of: training, after: nil, root: root)
    #expect(rules.lines.first == "default: 1 of 2 passed" && rules.lines.last == "passed: require_weights_hash")
    #expect(rules.lines[1].hasPrefix("FAILED: require_risk_level: ") && rules.lines[1].contains("risk_level"))
    #expect(rules.failures.count == 1 && rules.failures[0].hasPrefix("profile default, require_risk_level"))
  }

  @Test func metricsStandBesideThoseOfTheVersionThatIsApprovedNow() throws {
    let new = try test.trainingOutput(metrics: ["accuracy": try metric(0.94), "f1": try metric(0.8), "loss": 2])
    let old = try test.trainingOutput(
      weights: "old", metrics: ["accuracy": try metric(0.91), "loss": 2, "recall": try metric(0.5)])
    let lines = try review(new, before: old)
    for line in [
      "accuracy: 0.94 (before: 0.91, +0.03)", "f1: 0.8 (not measured before)", "loss: 2 (before: 2, unchanged)",
      "recall: not measured (before: 0.5)",
    ] { #expect(lines.contains { $0.hasSuffix(line) }, "\(line)\n\(lines)") }
    #expect(lines.contains { $0.hasPrefix("compared with") && $0.contains("approval:before") })
    #expect(try review(new).contains { $0.hasPrefix("compared with") && $0.contains("no other version") })
  }

  @Test(arguments: [(0.03, "+0.03"), (-0.54, "-0.54"), (0, "unchanged"), (2.5e-8, "+2.5e-08"), (0.94 - 0.91, "+0.03")])
  func differencesAreToldWithoutWhatBinaryFractionsAdd(value: Double, text: String) {
    #expect(MetricComparison.difference(value) == text)
  }

  @Test func eachEnvironmentSaysWhatItLacks() throws {
    let group = GroupName(checked: "risk")
    let policy = Policy(
      environments: [
        EnvironmentName(checked: "production"): EnvironmentPolicy(requiredApprovers: 3, maxTTLDays: 90, allOf: [group])
      ],
      profiles: [:])
    let approval = try test.approval(of: test.trainingOutput(), by: "alice")
    let quorum = Quorum(signers: [try test.signer("alice").publicKey], excluding: nil, root: test.root)
    let lines = ["production", "moon"].map {
      EnvironmentQuorum(EnvironmentName(checked: $0), of: approval, signedBy: quorum, policy: policy).line
    }
    #expect(lines[0] == "production: 1 of 3 have signed, and nobody of risk")
    #expect(lines[1] == "moon: the policy names no such environment")
  }
}
