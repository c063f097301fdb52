import Attestations
import MerkleLog
import PlaneContract
import Signing
import Testing
import Wire

@testable import planectl

/// Whoever has a plane's key, database or socket shows its log as they like. What is printed is what was signed, or the reader hears
/// that it is not.
@Suite struct LyingLogTests {
  let test: TestHome

  init() throws { test = try TestHome() }

  private var session: Session {
    get throws { Session(test.home, root: test.root, identity: try test.identity("bridge")) }
  }

  private func log(_ plane: Role = .governance) throws -> EvidenceLog { EvidenceLog(of: plane, session: try session) }

  /// What `--verify` finds wrong.
  private func verdict() async throws -> Failure? {
    do {
      try await LogVerification(of: log()).run(progress: EntryProgress("a test"))
      return nil
    } catch { return Failure(explaining: error) }
  }

  private func expectCaught(_ failure: Failure?, saying text: String, _ at: SourceLocation = #_sourceLocation) {
    #expect(failure?.status == .unverified, sourceLocation: at)
    #expect(failure?.message.contains(text) == true, "\(failure?.message ?? "nothing")", sourceLocation: at)
  }

  @Test func anHonestLogIsVerifiedWithEveryEntryVisitedOnce() async throws {
    let plane = try FakeLog(.governance, in: test, PlayedLog(of: .governance, in: test, count: 1100))
    var visited: [Int] = []
    try await LogVerification(of: log()).run(progress: EntryProgress("a test")) { visited.append($0.index) }
    #expect(visited == Array(0..<1100))
    withExtendedLifetime(plane) {}
  }

  @Test(arguments: [0, 1, 16, 17, 499, 500, 739, 740])
  func anEntryThatIsShownOtherThanItWasSignedIsNamed(index: Int) async throws {
    let lie = try #require(StrictJSON.parse(Array(#"{"version":"another"}"#.utf8)).object)
    let plane = try FakeLog(.governance, in: test, PlayedLog(of: .governance, in: test, count: 741)) {
      question, answer in
      guard case .entries(let from, _) = question, var entries = answer["entries"]?.array,
        entries.indices.contains(index - from), let entry = entries[index - from].object
      else { return answer }
      entries[index - from] = .object(entry.replacing("data", .object(lie)))
      return answer.replacing("entries", .array(entries))
    }
    expectCaught(try await verdict(), saying: "the first wrong entry is \(index)")
    withExtendedLifetime(plane) {}
  }

  /// The plane has nothing left to prove the other half of the pair with.
  @Test(arguments: [(0, "0 or 1"), (33, "32 or 33"), (600, "600 or 601"), (740, "740")])
  func anEntryThatWasAlteredInTheDatabaseIsNamedToThePair(index: Int, named: String) async throws {
    var altered = try PlayedLog(of: .governance, in: test, count: 741)
    altered.alter(index, to: ["version": "another"])
    let plane = try FakeLog(.governance, in: test, altered)
    expectCaught(try await verdict(), saying: "the first wrong entry is \(named)")
    withExtendedLifetime(plane) {}
  }

  @Test func anAlteredEntryIsNotPrintedAmongTheLast() async throws {
    var altered = try PlayedLog(of: .governance, in: test, count: 50)
    altered.alter(44, to: ["version": "another"])
    let plane = try FakeLog(.governance, in: test, altered)
    let log = try log()
    let head = try await log.head()
    let failure = await #expect(throws: Failure.self) {
      var reading = try await VerifiedReading(of: log, from: 30, under: head)
      _ = try await reading.page()
    }
    #expect(failure?.status == .unverified)
    withExtendedLifetime(plane) {}
  }

  /// Entries are a minute apart. Halving must not be led astray by times that nobody has signed.
  @Test func anEntryShownWithAnotherTimeMovesNoBeginning() async throws {
    let plane = try FakeLog(.governance, in: test, PlayedLog(of: .governance, in: test, count: 50)) { _, answer in
      guard let entry = answer["entry"]?.object else { return answer }
      let earlier = entry.replacing("time", .string(PlayedLog.epoch.attestationText))
      return answer.replacing("entry", .object(earlier))
    }
    let log = try log()
    let head = try await log.head()
    let since = LogSelection(since: PlayedLog.epoch.adding(seconds: 60 * 20), model: nil, count: nil)
    let failure = await #expect(throws: Failure.self) { try await since.beginning(of: log, under: head) }
    expectCaught(failure, saying: "does not hold")
    withExtendedLifetime(plane) {}
  }

  @Test(arguments: [(-1, 0), (0, 0), (1, 1), (1200, 20), (1201, 21), (2940, 49), (2941, 50)])
  func sinceATimeBeginsAtTheFirstEntryThatIsNotOlder(seconds: Int, first: Int) async throws {
    let plane = try FakeLog(.governance, in: test, PlayedLog(of: .governance, in: test, count: 50))
    let log = try log()
    let since = LogSelection(since: PlayedLog.epoch.adding(seconds: seconds), model: nil, count: nil)
    #expect(try await since.beginning(of: log, under: try await log.head()) == first)
    withExtendedLifetime(plane) {}
  }

  @Test(arguments: [0, 1, 7, 31, 49, 50]) func readingBeginsAtAnyEntry(first: Int) async throws {
    let plane = try FakeLog(.governance, in: test, PlayedLog(of: .governance, in: test, count: 50))
    let log = try log()
    var reading = try await VerifiedReading(of: log, from: first, under: try await log.head())
    let indices = try await reading.page()?.map(\.index) ?? []
    #expect(indices == Array(first..<50) && reading.isAtHead)
    #expect(try await reading.page() == nil)
    withExtendedLifetime(plane) {}
  }

  @Test func aProofOfAnotherEntryIsNotPrinted() async throws {
    let honest = try PlayedLog(of: .governance, in: test, count: 20)
    let plane = try FakeLog(.governance, in: test, honest) { _, _ in
      try honest.answer(.proof(index: 5, size: nil)).replacing("index", 4)
    }
    let failure = await #expect(throws: Failure.self) { try await log().portableProof(of: 4) }
    #expect(failure?.status == .unverified)
    withExtendedLifetime(plane) {}
  }

  @Test func aProofThatIsNotOfTheEntryBesideItIsNotPrinted() async throws {
    let honest = try PlayedLog(of: .governance, in: test, count: 20)
    let plane = try FakeLog(.governance, in: test, honest) { question, answer in
      guard case .proof(4, _) = question else { return answer }
      return answer.replacing("proof", try honest.answer(.proof(index: 5, size: nil))["proof"] ?? .null)
    }
    let failure = await #expect(throws: Failure.self) { try await log().portableProof(of: 4) }
    expectCaught(failure, saying: "its proof of entry 4 does not hold")
    withExtendedLifetime(plane) {}
  }

  @Test func aHeadOfAnotherPlanesLogIsNotBelieved() async throws {
    let key = try KeyFile.loadSecret(path: "\(test.home.folder(of: .governance))/plane.pem")
    let other = try PlayedLog(of: .serving, in: test, count: 5, key: key)
    let plane = try FakeLog(.governance, in: test, other)
    expectCaught(try await verdict(), saying: "not of \(try log().known.origin)")
    withExtendedLifetime(plane) {}
  }

  @Test func aHeadByAnotherKeyIsNotBelieved() async throws {
    let plane = try FakeLog(
      .governance, in: test, PlayedLog(of: .governance, in: test, count: 5, key: SecretKey.generate()))
    expectCaught(try await verdict(), saying: "no signature of")
    withExtendedLifetime(plane) {}
  }

  @Test func aPlaneThatGivesFewerEntriesThanItSignedForDoesNotHoldUpItsReader() async throws {
    let plane = try FakeLog(.governance, in: test, PlayedLog(of: .governance, in: test, count: 5)) { question, answer in
      guard case .entries(let from, _) = question, from >= 3 else {
        return answer.replacing("entries", .array(Array(answer["entries"]?.array?.prefix(3) ?? [])))
      }
      return answer.replacing("entries", [])
    }
    expectCaught(try await verdict(), saying: "gives no entry 3")
    withExtendedLifetime(plane) {}
  }

  @Test func aPlaneThatCannotProveWhatItHasSignedIsNotSaidToBeBusy() async throws {
    let plane = try FakeLog(.governance, in: test, PlayedLog(of: .governance, in: test, count: 9)) { question, answer in
      guard case .proof = question else { return answer }
      throw Refusal(.unavailable, "the database is damaged")
    }
    let failure = await #expect(throws: Failure.self) { try await log().portableProof(of: 7) }
    expectCaught(failure, saying: "cannot show its log: the database is damaged")
    withExtendedLifetime(plane) {}
  }
}
