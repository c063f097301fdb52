import Attestations
import FoundationEssentials
import MerkleLog
import PlaneContract
import Signing
import Testing
import Wire

@testable import planectl

/// What the planes' answers, or their silence, come to.
@Suite struct PlaneFindingsTests {
  let test: TestHome

  init() throws { test = try TestHome() }

  private func findings(_ health: PlaneHealth, isShutOut: Bool = false, kind: HomeKind = .ofOneUser) -> [Finding] {
    PlaneFindings(kind: kind, root: test.root, now: .now(), isShutOut: { _ in isShutOut }).findings([health])
  }

  private func answer(
    _ plane: Role = .serving, health: String = "ok", version: String = ProjectVersion.text, root: Int = 1,
    counters: JSONObject = ["lease_seconds_left": 60]
  ) -> PlaneHealth {
    let status = PlaneStatus(
      plane: PrincipalID(checked: plane.planeName), version: version, startedAt: .now(), trustRootVersion: root,
      health: health, counters: counters)
    return PlaneHealth(plane: plane, answer: .success(Answer(value: status, body: status.fields)))
  }

  private func away(_ status: planectl.ExitStatus) -> PlaneHealth {
    PlaneHealth(plane: .training, answer: .failure(Failure(status, "a reason", hint: "a hint")))
  }

  @Test func aPlaneThatIsAwayFailsUnlessThisUserMayNotAskIt() {
    #expect(findings(away(.unreachable)).exitStatus == .unreachable)
    let closed = findings(away(.unreachable), isShutOut: true)
    #expect(closed.map(\.verdict) == [.unseen] && closed.first?.next == "a hint")
    #expect(findings(away(.unverified), isShutOut: true).exitStatus == .unverified)
  }

  @Test func aSentenceOfHealthIsAFailureAndAnEndThatIsFarIsNot() {
    #expect(findings(answer(health: "the disk is full")).exitStatus == .denied)
    let expiry = RootExpiry(root: test.root, now: test.root.root.expiresAt.adding(days: -30)).warning ?? ""
    let found = findings(answer(health: expiry))
    #expect(found.exitStatus == nil && found.first?.verdict == .warn)
    let worse = "\(expiry); 2 deliveries were refused by the peer; see the log"
    #expect(findings(answer(health: worse)).exitStatus == .denied)
    #expect([answer(health: expiry)].exitStatus == nil && [answer(health: worse)].exitStatus == .denied)
  }

  @Test(
    arguments: [
      ("outbox_parked", 1, Finding.Subject.queue, Finding.Verdict.fail), ("outbox_pending", 3, .queue, .warn),
      ("unauthenticated_last_minute", 5, .caller, .warn), ("lease_seconds_left", -5, .lease, .fail),
    ])
  func aNumberThatIsNotAsItShouldBeIsSaid(
    name: String, number: Int, subject: Finding.Subject, verdict: Finding.Verdict
  ) {
    var counters: JSONObject = ["lease_seconds_left": 9]
    if name == "lease_seconds_left" { counters = [:] }
    counters.append(name, .init(number))
    let found = findings(answer(counters: counters)).filter { $0.verdict != .ok }
    #expect(found.map(\.subject) == [subject] && found.map(\.verdict) == [verdict], "\(found.map(\.line))")
  }

  @Test func withoutALeaseNothingIsDeployed() {
    let found = findings(answer(counters: [:])).filter { $0.verdict != .ok }
    #expect(found.map(\.subject) == [.lease] && found.exitStatus == .denied)
    #expect(findings(answer(.training, counters: [:])).exitStatus == nil, "training needs none")
  }

  @Test func planesOfAnotherVersionOrAnOlderRootAreNamed() {
    let old = findings(answer(version: "0.0.9"), kind: .ofHost).first { $0.subject == .version }
    #expect(old?.verdict == .warn && old?.next?.contains("systemctl restart serving-plane") == true)
    let ahead = findings(answer(root: 7)).first { $0.subject == .trust }
    #expect(ahead?.verdict == .fail && ahead?.sentence.contains("version 7") == true)
  }

  @Test func aPlaneThatIsWellHasNothingButGoodFindings() {
    #expect(findings(answer()).allSatisfy { $0.verdict == .ok })
  }
}

@Suite struct ApprovalFindingsTests {
  private func summary(_ index: Int) -> ApprovalSummary {
    ApprovalSummary(
      approvalID: ApprovalID(checked: "approval:\(index)"), status: .active, modelID: ModelID(checked: "m\(index)"),
      weightsHash: Digest(hashing: []), trainingOutputDigest: Digest(hashing: []),
      submittedBy: PrincipalID(checked: "trainer"), createdAt: Timestamp(microseconds: 0),
      environments: [EnvironmentName(checked: "production")],
      expiresAt: Timestamp(microseconds: Int64(100 - index) * Timestamp.microsecondsPerSecond))
  }

  @Test func approvalsThatEndAreNamedSoonestFirstAndNotWithoutBound() {
    let found = ApprovalFindings(now: Timestamp(microseconds: 0)).findings((0..<12).map(summary))
    #expect(found.count == 11 && found.allSatisfy { $0.verdict == .warn })
    #expect(found.first?.object == "approval:11" && found.last?.object == "2 more")
    #expect(found.first?.next == "planectl propose m11 -e production, and have it signed")
  }

  @Test func noneIsWell() {
    #expect(ApprovalFindings(now: .now()).findings([]).map(\.verdict) == [.ok])
  }
}

@Suite struct LogFindingsTests {
  let test: TestHome
  let honest: PlayedLog

  init() throws {
    test = try TestHome()
    honest = try PlayedLog(of: .governance, in: test, count: 30)
  }

  private func findings() async throws -> [Finding] {
    let session = Session(test.home, root: test.root, identity: try test.identity("bridge"))
    return await LogFindings(session: session).findings(of: [.governance])
  }

  private func serving(showing notes: [UnverifiedNote]) throws -> FakeLog {
    var log = try PlayedLog(of: .serving, in: test, count: 3)
    log.witnessed = notes
    return try FakeLog(.serving, in: test, log)
  }

  @Test func aLogThatIsShorterThanAWitnessHasSeenIsNotBelieved() async throws {
    let witness = try serving(showing: [honest.head(cosignedBy: .serving, in: test).note])
    let restored = try FakeLog(.governance, in: test, PlayedLog(of: .governance, in: test, count: 21))
    let found = try await findings()
    #expect(found.exitStatus == .unverified && found.first?.sentence.contains("has 21 entries and had more") == true)
    #expect(found.first?.next?.contains("A plane was restored from a backup") == true)
    withExtendedLifetime((witness, restored)) {}
  }

  @Test func aLogThatNobodyHasSeenIsSaid() async throws {
    let plane = try FakeLog(.governance, in: test, honest)
    #expect(try await findings().map(\.verdict) == [.warn])
    withExtendedLifetime(plane) {}
  }

  @Test func aWitnessThatShowsWhatNobodySignedIsNotBelieved() async throws {
    let forged = try PlayedLog(of: .governance, in: test, count: 99, key: SecretKey.generate())
    let witness = try serving(showing: [forged.head(cosignedBy: .serving, in: test).note])
    let plane = try FakeLog(.governance, in: test, honest)
    let found = try await findings()
    #expect(found.exitStatus == .unverified && found.last?.object == "serving-plane")
    withExtendedLifetime((witness, plane)) {}
  }

  @Test func aLogThatOthersHaveCosignedIsWell() async throws {
    let witness = try serving(showing: [honest.head(12, cosignedBy: .serving, in: test).note])
    let plane = try FakeLog(.governance, in: test, honest)
    let found = try await findings()
    #expect(
      found.map(\.verdict) == [.ok] && found.first?.sentence == "30 entries, cosigned 12 of them by serving-plane")
    withExtendedLifetime((witness, plane)) {}
  }
}

/// Callers who may ask nothing.
@Suite struct ExaminationTests {
  @Test func whoHasNoKeyIsToldAndTheRestIsStillLookedAt() async throws {
    let test = try TestHome()
    for name in ["alice", "bob", "trainer", "ci", "metrics", "bridge", "root"] {
      for file in ["\(test.home.keys)/\(name).pem", "\(test.home.keys)/\(name).pub.pem"] {
        try? FileManager.default.removeItem(atPath: file)
      }
    }
    let found = await Examination(home: test.home).findings()
    #expect(found.contains { $0.subject == .caller && $0.verdict == .unseen }, "\(found.map(\.line))")
    #expect(found.exitStatus == nil && found.contains { $0.subject == .disk })
  }

  @Test func withPlanesDownEachIsNamedOnceAndWhatToDo() async throws {
    let test = try TestHome()
    let found = await Examination(home: test.home).findings()
    #expect(found.exitStatus == .unreachable)
    #expect(found.filter { $0.verdict == .fail }.map(\.object) == Home.planes.map(\.planeName))
    #expect(found.filter { $0.verdict == .fail }.allSatisfy { $0.next == HomeKind.ofOneUser.startHint })
  }

  @Test func onAHostNobodyIsToldToUsePlanectlUp() async throws {
    let test = try TestHome()
    for plane in Home.planes {
      try FileManager.default.moveItem(atPath: test.home.config(of: plane), toPath: test.home.hostConfig(of: plane))
    }
    let session = Session(test.home, root: test.root, identity: try test.identity("bridge"))
    let failure = try await #require(throws: Failure.self) { try await session.status(of: .governance) }
    #expect(failure.hint?.contains("systemctl start nanda-planes.target") == true)
  }
}
