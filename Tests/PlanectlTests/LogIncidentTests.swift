import Attestations
import MerkleLog
import PlaneContract
import Signing
import Testing
import Wire

@testable import planectl

/// Who reads a report learns that a log lost entries, though every log that is left holds.
@Suite struct LogIncidentTests {
  let test: TestHome
  let digest = Digest(hashing: [7])

  init() throws { test = try TestHome() }

  private var session: Session {
    get throws { Session(test.home, root: test.root, identity: try test.identity("bridge")) }
  }

  private func origin(_ plane: Role) -> JSONValue {
    .string(EvidenceOrigin(rootDigest: test.root.originDigest, plane: plane.planeName).description)
  }

  private func dispute(_ plane: Role, _ kind: String = "shrink", missing: Int? = nil) -> JSONObject {
    [
      "log": origin(plane), "dispute": .string(kind), "held_size": 12, "shown_size": 7,
      "missing": missing.map { .init($0) } ?? .null,
    ]
  }

  private func reset(_ plane: Role) -> JSONObject {
    [
      "log": origin(plane), "size": 8, "reason": "restored from Monday\u{202e}",
      "issued_at": "2026-01-02T04:00:00+00:00",
    ]
  }

  /// Serving's log, in which a model runs.
  private func serving() throws -> PlayedLog {
    var log = try PlayedLog(of: .serving, in: test, count: 2)
    log.add(.modelDeployment, ["model_id": "iris", "environment": "staging"])
    return log
  }

  private func report() async throws -> ModelReport { try await ModelReport(of: ModelID(checked: "iris"), session) }

  private func page(_ report: ModelReport) -> String { ReportPage(report: report, proofs: []).html }

  @Test func aLogThatWasResetIsNamedWithWhatItLostWhyAndWhen() async throws {
    var (serving, governance) = (try serving(), try PlayedLog(of: .governance, in: test, count: 3))
    serving.add(.logDisputed, dispute(.governance))
    governance.add(.logDisputed, dispute(.governance, "changed_past", missing: 5))
    for _ in 0..<1 {
      serving.add(.logResetAccepted, reset(.governance), attestation: digest)
      governance.add(.logResetAccepted, reset(.governance), attestation: digest)
    }
    let planes = [try FakeLog(.serving, in: test, serving), try FakeLog(.governance, in: test, governance)]
    let report = try await report()
    let incident = try #require(report.incidents.first)
    #expect(report.incidents.count == 1, "two planes tell of one")
    #expect(
      incident.plane == .governance && incident.missing == 5 && incident.kinds.sorted() == ["changed_past", "shrink"])
    let words = [
      "governance-plane's log", "5 entries that other planes had seen are gone", "from 8 entries on", "Monday",
    ]
    let texts = [ReportText(report: report, width: nil).lines.joined(separator: "\n"), page(report)]
    for text in texts {
      for word in words { #expect(text.contains(word.replacing("'", with: text.hasPrefix("<") ? "&#39;" : "'"))) }
    }
    #expect(texts.allSatisfy { !$0.contains("\u{202e}") })
    let record = incident.fields
    #expect(record["missing"] == 5 && record["in_dispute"] == false && record["evidence"]?.array?.count == 4)
    #expect(record["reset"]?.object?["reason"]?.string?.hasPrefix("restored from Monday") == true)
    #expect(report.shortfall?.status == .unreachable, "only training is missing: what was reset is over")
    withExtendedLifetime(planes) {}
  }

  @Test func aDisputeThatNobodyEndedMakesTheReportOneThatDoesNotHold() async throws {
    var serving = try serving()
    serving.add(.logDisputed, dispute(.training, "fork"))
    let plane = try FakeLog(.serving, in: test, serving)
    let report = try await report()
    #expect(report.incidents.map(\.plane) == [.training] && report.incidents.allSatisfy { $0.reset == nil })
    #expect(report.shortfall?.status == .unverified)
    #expect(report.shortfall?.message.contains("training-plane's log is in dispute since") == true)
    #expect(page(report).contains("how many of its entries are gone nobody can tell"))
    withExtendedLifetime(plane) {}
  }

  @Test func aSecondDisputeAfterAResetIsOneOfItsOwn() async throws {
    var serving = try serving()
    serving.add(.logDisputed, dispute(.governance, missing: 2))
    serving.add(.logResetAccepted, reset(.governance), attestation: digest)
    serving.add(.logDisputed, dispute(.governance, missing: 1))
    serving.add(.logDisputed, ["log": "0123456789abcdef/governance-plane", "dispute": "fork"])
    let plane = try FakeLog(.serving, in: test, serving)
    let incidents = try await report().incidents
    #expect(incidents.map(\.missing) == [2, 1] && incidents.map { $0.reset == nil } == [false, true])
    #expect(incidents[1].sentence.contains("1 entry that other planes had seen is gone"))
    withExtendedLifetime(plane) {}
  }

  @Test func whereAModelRunsIsSaidWithTheDoubtThatIsLeft() async throws {
    var serving = try PlayedLog(of: .serving, in: test, count: 2)
    serving.add(.modelUndeployed, ["model_id": "iris", "environment": "staging"])
    serving.add(.logDisputed, dispute(.serving, missing: 3))
    serving.add(.logResetAccepted, reset(.serving), attestation: digest)
    let plane = try FakeLog(.serving, in: test, serving)
    let report = try await report()
    #expect(report.summary.first?.value == "nowhere, by what is left of the serving plane's log")
    withExtendedLifetime(plane) {}
  }

  @Test func aModelThatALostLogMayHaveToldOfIsNotDeniedWithoutThat() async throws {
    var logs = try [Role.training, .governance, .serving].map { ($0, try PlayedLog(of: $0, in: test, count: 3)) }
    logs[1].1.add(.logResetAccepted, reset(.governance), attestation: digest)
    let planes = try logs.map { try FakeLog($0.0, in: test, $0.1) }
    let failure = await #expect(throws: Failure.self) { try await report() }
    #expect(failure?.details.first?.contains("governance-plane's log was in dispute") == true)
    withExtendedLifetime(planes) {}
  }
}
