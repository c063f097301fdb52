import Attestations
import MerkleLog
import PlaneContract
import Signing
import Testing
import Wire

@testable import planectl

/// A report says what the logs prove, says what is missing, and lets nobody's text become part of the page.
@Suite struct ReportTests {
  private static let hostile = "</td><script>alert(1)</script><img src=x onerror='a'>\"&\u{202e}\u{1b}[2J"
  let test: TestHome
  let model = "iris"

  init() throws { test = try TestHome() }

  private var session: Session {
    get throws { Session(test.home, root: test.root, identity: try test.identity("bridge")) }
  }

  private func serving() throws -> PlayedLog {
    var log = try PlayedLog(of: .serving, in: test, count: 2)
    let weights = JSONValue.string(Digest(hashing: [1]).description)
    log.add(
      .deploymentIntended, ["model_id": "iris", "environment": "staging", "deployed_by": "ci", "weights_hash": weights])
    log.add(.modelDeployment, ["model_id": "iris", "environment": "staging", "weights_hash": weights])
    for _ in 0..<5 { log.add(.observationAccepted, ["model_id": "iris", "environment": "staging"]) }
    log.add(.modelDeployment, ["model_id": "wine", "environment": "production"])
    log.add(.modelApprovalRevoked, ["model_id": "iris", "revoked_by": "alice", "reason": .string(Self.hostile)])
    return log
  }

  private func page(of report: ModelReport) async throws -> String {
    ReportPage(report: report, proofs: try await report.proofs(session)).html
  }

  private func report() async throws -> ModelReport { try await ModelReport(of: ModelID(checked: model), session) }

  @Test func whatCouldNotBeReadIsSaidAndTheRestIsReported() async throws {
    let plane = try FakeLog(.serving, in: test, serving())
    let report = try await report()
    #expect(report.missing.map(\.plane) == [.training, .governance])
    #expect(report.shortfall?.status == .unreachable)
    #expect(
      report.events.map(\.what) == [
        "deployment begun", "deployed", "window observed", "revoked: taken by serving-plane",
      ])
    #expect(report.events[2].item.count == 5 && report.events[2].evidence.hasSuffix("/serving-plane#4 to #8"))
    #expect(report.running?.map(\.environment) == ["staging"])
    let html = try await page(of: report)
    #expect(html.contains("Not in this report") && html.contains("training-plane: cannot reach"))
    withExtendedLifetime(plane) {}
  }

  @Test func aLogThatDoesNotHoldGivesNoLine() async throws {
    var altered = try serving()
    altered.alter(1, to: ["version": "another"])
    let serving = try FakeLog(.serving, in: test, altered)
    let training = try FakeLog(.training, in: test, try PlayedLog(of: .training, in: test, count: 4))
    let report = try await report()
    #expect(report.events.isEmpty && report.stories.map(\.plane) == [.training] && report.running == nil)
    #expect(report.shortfall?.status == .unverified)
    #expect(
      report.missing.contains { $0.plane == .serving && $0.failure.message.contains("the first wrong entry is 0 or 1") }
    )
    withExtendedLifetime((serving, training)) {}
  }

  @Test func textOfOthersIsNoMarkupAndMovesNothing() async throws {
    let plane = try FakeLog(.serving, in: test, serving())
    let report = try await report()
    let html = try await page(of: report)
    #expect(!html.contains("<script") && !html.contains("<img") && !html.contains("onerror='"))
    #expect(
      html.contains(
        "&lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=&#39;a&#39;&gt;&quot;&amp;\\u{202e}\\u{1b}[2J"
      ))
    for line in ReportText(report: report, width: nil).lines { #expect(shown(line) == line) }
    withExtendedLifetime(plane) {}
  }

  @Test func thePageLoadsAndRunsNothing() async throws {
    let plane = try FakeLog(.serving, in: test, serving())
    let html = try await page(of: report())
    let sheet = try #require(html.firstRange(of: "<style>").map { html[$0.upperBound...] })
    let content = try #require(sheet.firstRange(of: "</style>").map { String(sheet[..<$0.lowerBound]) })
    let digest = Base64.encode(Digest(hashing: Array(content.utf8)).bytes)
    #expect(html.contains("default-src &#39;none&#39;; style-src &#39;sha256-\(digest)&#39;"))
    #expect(
      html.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">") && !content.contains("url(") && !content.contains("@import")
    )
    let elements = Set(html.split(separator: "<").dropFirst().map { $0.prefix { $0.isLetter || $0.isNumber } })
    let harmless =
      "html head meta title style body header main section h1 h2 h3 p ul li dl div dt dd article table caption "
      + "thead tbody tr th td time span code b wbr a details summary pre"
    #expect(elements.subtracting(harmless.split(separator: " ") + [""]).isEmpty, "the empty one ends another")
    withExtendedLifetime(plane) {}
  }

  @Test func everyTableSaysWhatItsCellsAre() async throws {
    let plane = try FakeLog(.serving, in: test, serving())
    let html = try await page(of: report())
    #expect(html.ranges(of: "<table").count == html.ranges(of: "<caption>").count)
    #expect(html.ranges(of: "<th").count == html.ranges(of: "<thead").count + html.ranges(of: "<th scope=").count)
    withExtendedLifetime(plane) {}
  }

  @Test func everyLineOfThePageHasAProofThatNeedsNoPlane() async throws {
    let log = try serving()
    let plane = try FakeLog(.serving, in: test, log)
    let report = try await report()
    let html = try await page(of: report)
    let texts = html.split(separator: "<pre>").dropFirst().compactMap { part in
      part.firstRange(of: "</pre>").map { unescaped(String(part[..<$0.lowerBound])) }
    }
    #expect(texts.count == 2 * report.events.flatMap { $0.item.count == 1 ? [0] : [0, 1] }.count)
    for index in stride(from: 0, to: texts.count, by: 2) {
      let entry = try UnverifiedEntry(StrictJSON.parse(Array(texts[index].utf8)).object?.serialized() ?? [])
      let proof = try TlogProof(texts[index + 1])
      let keys = test.root.keysEver(of: .serving)
      _ = try proof.checkpoint(of: log.origin.description, signedBy: keys, for: entry.bytes)
      #expect(proof.index == entry.index)
    }
    #expect(html.contains("href=\"#proof-1\"") && html.contains("<div id=\"proof-1\">"))
    withExtendedLifetime(plane) {}
  }

  private func unescaped(_ text: String) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")].reduce(text) {
      $0.replacing($1.0, with: $1.1)
    }
  }

  @Test func severalLinesOfAReasonStaySeveralLinesOnThePage() async throws {
    var log = try PlayedLog(of: .serving, in: test, count: 1)
    log.add(.modelApprovalRevoked, ["model_id": "iris", "revoked_by": "alice", "reason": "one\ntwo"])
    let plane = try FakeLog(.serving, in: test, log)
    let html = try await page(of: report())
    #expect(html.contains("one\ntwo") && !html.contains("\\u{a}"))
    withExtendedLifetime(plane) {}
  }

  @Test func aRefusedDeploymentIsToldAndAFloodOfThemIsOneLine() async throws {
    var log = try PlayedLog(of: .serving, in: test, count: 1)
    for number in 0..<50 {
      log.add(
        .requestRefused,
        [
          "principal": "ci", "kind": "model.deploy", "code": "denied", "reason": "quorum: 1 of 2", "model_id": "iris",
          "environment": .string("made-up-\(number)"),
        ])
    }
    log.add(
      .requestRefused, ["principal": "bridge", "kind": "model.authorize", "code": "overloaded", "model_id": "iris"])
    let plane = try FakeLog(.serving, in: test, log)
    let report = try await report()
    #expect(report.events.map(\.what) == ["request refused"] && report.events[0].item.count == 50)
    #expect(report.events[0].who == "ci")
    #expect(report.events[0].facts.contains { $0 == (name: "reason", value: "quorum: 1 of 2") })
    withExtendedLifetime(plane) {}
  }

  @Test func whatAPlaneDidByItselfIsToldAsItsOwnInTheTextToo() async throws {
    let plane = try FakeLog(.serving, in: test, serving())
    let lines = ReportText(report: try await report(), width: nil).lines
    #expect(lines.contains { $0.contains("  deployed  ") && $0.contains("  serving-plane  ") })
    withExtendedLifetime(plane) {}
  }

  @Test func aModelThatNoLogTellsOfIsRefused() async throws {
    let planes = try [Role.training, .governance, .serving].map { plane in
      try FakeLog(plane, in: test, try PlayedLog(of: plane, in: test, count: 3))
    }
    let failure = await #expect(throws: Failure.self) { try await report() }
    #expect(failure?.status == .refused && failure?.message == "no log tells of iris")
    withExtendedLifetime(planes) {}
  }

  @Test func aPlaneWhoseProofIsOfAnotherEntryThanWasReportedIsNotBelieved() async throws {
    let log = try serving()
    let plane = try FakeLog(.serving, in: test, log) { question, answer in
      guard case .proof(_, nil) = question else { return answer }
      var other = try PlayedLog(of: .serving, in: test, count: 30, event: "another")
      other.add(.planeStarted, [:])
      return try other.answer(question)
    }
    let event = try #require(try await report().events.first)
    let failure = await #expect(throws: Failure.self) { try await event.proofs(session) }
    #expect(failure?.status == .unverified)
    withExtendedLifetime(plane) {}
  }
}

@Suite struct LifeEntriesTests {
  private func entry(_ index: Int, _ event: EvidenceEvent, _ environment: String = "staging") throws -> UnverifiedEntry
  {
    try UnverifiedEntry(
      EvidenceEntry(
        index: index, time: PlayedLog.epoch, event: event,
        data: ["model_id": "iris", "environment": .string(environment)], attestation: nil
      ).bytes)
  }

  @Test func quietWindowsAreCountedByEnvironmentUntilSomethingHappens() throws {
    var life = LifeEntries(of: ModelID(checked: "iris"))
    for index in 0..<6 { try life.take(entry(index, .driftChecked, index % 2 == 0 ? "staging" : "production")) }
    try life.take(entry(6, .modelDriftDetected))
    try life.take(entry(7, .driftChecked))
    #expect(life.items.map(\.count) == [3, 3, 1, 1])
    #expect(life.items.map(\.last.index) == [4, 5, 6, 7])
  }

  @Test func aRevocationOfTheWeightsUnderAnotherNameIsToldToo() throws {
    var life = LifeEntries(of: ModelID(checked: "iris"))
    func entry(_ index: Int, _ event: EvidenceEvent, _ model: String, _ weights: String) throws -> UnverifiedEntry {
      let data: JSONObject = ["model_id": .string(model), "weights_hash": .string(weights)]
      return try UnverifiedEntry(
        EvidenceEntry(index: index, time: PlayedLog.epoch, event: event, data: data, attestation: nil).bytes)
    }
    try life.take(entry(0, .approvalReceived, "iris", "a"))
    try life.take(entry(1, .modelApprovalRevoked, "wine", "b"))
    try life.take(entry(2, .modelApprovalRevoked, "wine", "a"))
    try life.take(entry(3, .modelDeployment, "wine", "a"))
    #expect(life.items.map(\.first.index) == [0, 2])
  }

  @Test func aLogThatTellsMoreThanAnybodyReadsIsRefused() throws {
    var life = LifeEntries(of: ModelID(checked: "iris"))
    for index in 0..<LifeEntries.maximumCount { try life.take(entry(index, .modelDeployment)) }
    #expect(throws: Failure.self) { try life.take(entry(0, .modelDeployment)) }
  }
}
