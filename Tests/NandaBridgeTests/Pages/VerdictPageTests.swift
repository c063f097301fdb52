import AgentFacts
import Attestations
import Bundles
import Drift
import Foundation
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@testable import NandaBridge

/// What the pages of verdicts say, and that nothing in the papers of others becomes part of them.
@Suite struct VerdictPageTests {
  private static let hostile = "</td><script>alert(1)</script><img src=x onerror='a'>\"&\u{202e}\u{1b}[2J"
  private static let vectors = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Vectors/bundles")
  private let pages: PageHouse

  init() throws { pages = try PageHouse() }

  // MARK: One model

  private func modelPage(_ listing: Listing, _ decisions: [VerifiedDecision], drift: DriftWord? = nil) -> String {
    ModelPage(
      site: PageHouse.site, view: ModelView(listing, decisions: decisions.map(PageHouse.known), deployments: []),
      drift: drift,
      snapshot: pages.snapshot([listing]), facts: "nanda/resolve?agent=models/iris", now: PageHouse.moment
    ).page.html
  }

  private func expectHarmless(_ html: String, _ location: SourceLocation = #_sourceLocation) {
    let loads = html.components(separatedBy: "<script").count - 1
    #expect(
      loads == html.components(separatedBy: "<script src=\"drop.js\" defer=\"\">").count - 1, sourceLocation: location)
    for mark in ["<img", "onerror='", "\u{202e}", "\u{1b}", "javascript:", "style="] {
      #expect(!html.contains(mark), "\(mark.debugDescription)", sourceLocation: location)
    }
  }

  @Test("a reason is text, however it is written, and its model may not run")
  func reasons() throws {
    let listing = try pages.listing("iris")
    let decision = try pages.decision(on: listing, failingBecause: Self.hostile)
    let html = modelPage(listing, [decision])
    expectHarmless(html)
    #expect(html.contains("<h1>iris may not run</h1>") && html.contains("\\u{202e}\\u{1b}[2J"))
  }

  @Test("what a monitor made of a window is text too")
  func summaries() throws {
    let listing = try pages.listing("iris")
    let finding = DriftWord.Finding(
      environment: EnvironmentName(checked: "staging"), outcome: .drifted, isAlarm: true, windowEnd: PageHouse.noon,
      summary: Self.hostile)
    let html = modelPage(listing, [], drift: DriftWord(asked: PageHouse.moment, findings: [finding]))
    expectHarmless(html)
    #expect(html.contains("drift alarm</span>"))
  }

  @Test("allowed in one place and denied in another, each is named")
  func places() throws {
    let listing = try pages.listing("iris")
    let html = modelPage(
      listing,
      [try pages.decision(on: listing), try pages.decision(on: listing, in: "production", failingBecause: "no scope")])
    #expect(html.contains("<h1>iris may run in staging</h1>"))
    for gate in Gate.allCases {
      #expect(
        html.contains("<code>\(gate.rawValue)</code>") && html.contains(gate.words.replacing("'", with: "&#39;")),
        "\(gate)")
    }
  }

  @Test("decisions that are over tell of the past alone")
  func over() throws {
    let listing = try pages.listing("iris")
    let html = modelPage(listing, [try pages.decision(on: listing, at: PageHouse.noon.adding(seconds: -600))])
    #expect(html.contains("<h1>Whether iris may run is not known now</h1>") && !html.contains("may run</span>"))
    #expect(html.contains("As it was; nothing follows from it now."))
  }

  // MARK: A bundle

  private func judgement(_ file: String, in environment: String?, at time: String) throws -> BundleJudgement {
    let expected = try Data(contentsOf: Self.vectors.appendingPathComponent("expected.json"))
    let cases = try StrictJSON.parse(Array(expected)).array?.compactMap(\.object) ?? []
    let pin = try #require(cases.first { $0["file"]?.string == file }?["root_digest"]?.string.flatMap { Digest($0) })
    let bytes = try Data(contentsOf: Self.vectors.appendingPathComponent(file))
    return BundleJudgement(
      Array(bytes), pinned: pin, in: environment.map(EnvironmentName.init(checked:)),
      at: try #require(Timestamp(attestation: time)))
  }

  private func bundlePage(
    _ judgement: BundleJudgement, listed: [Listing] = [], approvals: ActiveApprovals? = nil, trustRoot: Int = 1
  ) -> String {
    let snapshot = pages.snapshot(listed, approvals: approvals)
    let knowledge = RegistryKnowledge(judgement.report, listing: listed.first, in: snapshot, trustRoot: trustRoot)
    return BundlePage(site: PageHouse.site, judgement: judgement, knowledge: knowledge).page.html
  }

  private static let inTime = "2026-01-02T03:07:25+00:00"

  @Test("a good bundle may run where it is approved, by what was known when, and each check is named")
  func allowed() throws {
    let html = bundlePage(try judgement("valid.json", in: nil, at: Self.inTime))
    #expect(html.contains("<h1>By these papers iris may run in staging and production</h1>"))
    #expect(html.contains("Not revoked by what was known at <time") && html.contains("that word holds until <time"))
    for check in BundleCheck.allCases {
      #expect(
        html.contains("<code>\(check.rawValue)</code>") && html.contains(check.words.replacing("'", with: "&#39;")),
        "\(check)")
    }
    #expect(!html.contains("not revoked</"))
    expectHarmless(html)
  }

  @Test(
    "what the papers do not allow is told with its reason",
    arguments: [
      ("revoked.json", "production", inTime, "may not run in production", "Revoked, by what was known at"),
      ("valid.json", "production", "2026-01-02T03:12:05+00:00", "may not run in production", "held until"),
      ("valid.json", "moon", inTime, "may not run in moon", "gate_environment"),
      ("valid.json", "production", "2026-03-02T03:07:25+00:00", "may not run in production", "gate_validity"),
    ])
  func denied(file: String, environment: String, time: String, title: String, words: String) throws {
    let html = bundlePage(try judgement(file, in: environment, at: time))
    #expect(html.contains("<h1>By these papers iris \(title)</h1>") && html.contains(words))
    #expect(!html.contains("may run</span>"))
  }

  @Test(
    "papers that do not hold say nothing that could be relied on",
    arguments: [
      "approval-not-in-a-log.json", "revocation-left-out.json", "cosigned-by-nobody.json", "output-by-governance.json",
    ])
  func notBelieved(file: String) throws {
    let html = bundlePage(try judgement(file, in: "production", at: Self.inTime))
    #expect(html.contains("<h1>These papers are not to be believed</h1>"))
    #expect(!html.contains("What the papers say") && !html.contains("may run</span>"))
  }

  @Test("bytes that are no bundle are told apart, and what is in them is text")
  func noBundle() throws {
    for text in ["", "{}", "PK\u{3}\u{4}", "{\"\(Self.hostile)\":1}", String(repeating: "[", count: 100_000)] {
      let judgement = BundleJudgement(
        Array(text.utf8), pinned: Digest(hashing: []), in: nil, at: PageHouse.noon)
      let html = bundlePage(judgement)
      #expect(html.contains("<h1>This file is no bundle</h1>"))
      expectHarmless(html)
    }
  }

  @Test("a newer trust root than the bundle has puts a good bundle out of date")
  func olderRoot() throws {
    let html = bundlePage(try judgement("valid.json", in: "production", at: Self.inTime), trustRoot: 3)
    #expect(html.contains("<h1>These papers are genuine, and out of date</h1>"))
    #expect(html.contains("ask for a new bundle"))
    let title = try #require(html.firstRange(of: "<h1>").map { html[$0.upperBound...].prefix { $0 != "<" } })
    #expect(!title.contains("may run"))
  }

  private func known(_ ids: [ApprovalID], isCurrent: Bool = true) -> ActiveApprovals {
    ActiveApprovals(ids: Set(ids), knownAt: PageHouse.noon, isCurrent: isCurrent)
  }

  @Test("an approval that governance knows to be in force is told of as allowed")
  func inForce() throws {
    let judgement = try judgement("valid.json", in: "production", at: Self.inTime)
    let id = try #require(judgement.report.approval?.approvalID)
    let html = bundlePage(judgement, approvals: known([id]))
    #expect(html.contains("verdict is-yes") && html.contains("may run</span>"))
  }

  @Test(
    "an approval that was revoked since is out of date: replaced by another, of a private model, or with governance silent"
  )
  func revokedSince() throws {
    let judgement = try judgement("valid.json", in: "production", at: Self.inTime)
    for (listed, isCurrent) in [([try pages.listing("iris")], true), ([], true), ([], false)] {
      let others = listed.compactMap { $0.approved?.approvalID }
      let html = bundlePage(judgement, listed: listed, approvals: known(others, isCurrent: isCurrent))
      #expect(html.contains("<h1>These papers are genuine, and out of date</h1>"))
      #expect(!html.contains("is-yes") && !html.contains("may run</span>"))
    }
  }

  @Test("while governance is silent, or was never read, nothing is told of as certain")
  func governanceIsSilent() throws {
    let judgement = try judgement("valid.json", in: "production", at: Self.inTime)
    let id = try #require(judgement.report.approval?.approvalID)
    let silent = bundlePage(judgement, approvals: known([id], isCurrent: false))
    #expect(silent.contains("What this server knows of governance is of <time"))
    let never = bundlePage(judgement)
    #expect(never.contains("has not heard from governance since it was started"))
    for html in [silent, never] { #expect(html.contains("verdict is-care") && !html.contains("may run</span>")) }
  }

  // MARK: The desk

  @Test("beyond the places at the desk nobody is let in, and a place that was left is free again")
  func placesAtTheDesk() async throws {
    let desk = VerificationDesk(rootDigest: Digest(hashing: []))
    try await desk.withPlace {
      let fault = await #expect(throws: UploadFault.self) { try await desk.withPlace {} }
      #expect(fault == .busy)
    }
    let fault = await #expect(throws: UploadFault.self) { try await desk.withPlace { throw UploadFault.noFile } }
    #expect(fault == .noFile)
    try await desk.withPlace {}
    #expect(VerificationDesk.places == 1)
  }
}
