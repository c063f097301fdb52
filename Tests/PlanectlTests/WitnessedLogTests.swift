import Attestations
import MerkleLog
import PlaneContract
import Signing
import Testing
import Wire

@testable import planectl

/// A plane that rewrites its own history has the key to sign it anew. What the other planes have cosigned tells.
@Suite struct WitnessedLogTests {
  let test: TestHome
  let honest: PlayedLog

  init() throws {
    test = try TestHome()
    honest = try PlayedLog(of: .governance, in: test, count: 30)
  }

  private var log: EvidenceLog {
    get throws {
      EvidenceLog(of: .governance, session: Session(test.home, root: test.root, identity: try test.identity("bridge")))
    }
  }

  /// The serving plane, which shows these notes of what it has seen.
  private func serving(showing notes: [UnverifiedNote]) throws -> FakeLog {
    var log = try PlayedLog(of: .serving, in: test, count: 3)
    log.witnessed = notes
    return try FakeLog(.serving, in: test, log)
  }

  private func verdict() async throws -> Failure? {
    do {
      try await LogVerification(of: log).run(progress: EntryProgress("a test"))
      return nil
    } catch { return Failure(explaining: error) }
  }

  @Test func aLogThatIsShorterThanAWitnessHasSeenIsNamedAsThat() async throws {
    let serving = try serving(showing: [honest.head(cosignedBy: .serving, in: test).note])
    let restored = try FakeLog(.governance, in: test, PlayedLog(of: .governance, in: test, count: 21))
    let failure = try await verdict()
    #expect(failure?.status == .unverified)
    #expect(failure?.message.contains("has 21 entries and had more: seen by serving-plane") == true)
    #expect(failure?.hint?.contains("at least 9 entries that others have seen are missing") == true)
    withExtendedLifetime((serving, restored)) {}
  }

  @Test func aPastThatWasSignedAnewIsNoticedByWhatAWitnessHasSeen() async throws {
    let serving = try serving(showing: [honest.head(12, cosignedBy: .serving, in: test).note])
    let rewritten = try PlayedLog(of: .governance, in: test, count: 40, event: "another")
    let plane = try FakeLog(.governance, in: test, rewritten)
    let failure = try await verdict()
    #expect(failure?.status == .unverified)
    #expect(failure?.message.contains("one of its entries 0 to 11 differs") == true, "\(failure?.message ?? "")")
    await #expect(throws: Failure.self) { try await WitnessedLog(of: log) }
    withExtendedLifetime((serving, plane)) {}
  }

  @Test func howMuchIsMissingIsWhatThePlanesThatLackItKnow() async throws {
    var log = try PlayedLog(of: .serving, in: test, count: 3)
    log.witnessed = [try honest.head(cosignedBy: .serving, in: test).note]
    let serving = try FakeLog(.serving, in: test, log, counters: ["disputed_governance": 14])
    let restored = try FakeLog(.governance, in: test, PlayedLog(of: .governance, in: test, count: 21))
    #expect(try await verdict()?.hint?.contains("at least 14 entries that") == true)
    withExtendedLifetime((serving, restored)) {}
  }

  /// As soon as it has written as much as it lost, its log is no shorter than before.
  @Test func aPlaneThatWroteOnAfterARestoreIsNotSaidToBeAThief() async throws {
    var log = try PlayedLog(of: .serving, in: test, count: 3)
    log.witnessed = [try honest.head(12, cosignedBy: .serving, in: test).note]
    let serving = try FakeLog(.serving, in: test, log, counters: ["disputed_governance": 1])
    let regrown = try PlayedLog(of: .governance, in: test, count: 40, event: "another")
    let plane = try FakeLog(.governance, in: test, regrown)
    let failure = try await verdict()
    #expect(failure?.message.contains("log was restored or rewritten") == true, "\(failure?.message ?? "")")
    #expect(failure?.message.contains("at least 1 entry that others have seen is missing") == true)
    #expect(failure?.hint?.contains("'A plane was restored from a backup'") == true)
    withExtendedLifetime((serving, plane)) {}
  }

  @Test func theOneEntryThatDiffersIsNamedAsOne() async throws {
    var other = try PlayedLog(of: .governance, in: test, count: 11)
    other.add(.planeStarted, ["version": "another"])
    other.cosigned = try other.head(11, cosignedBy: .training, in: test)
    let serving = try serving(showing: [honest.head(12, cosignedBy: .serving, in: test).note])
    let plane = try FakeLog(.governance, in: test, other)
    #expect(try await verdict()?.message.contains(": its entry 11 differs from what was seen") == true)
    let failure = await #expect(throws: Failure.self) { try await WitnessedLog(of: log) }
    #expect(failure?.message.contains("that its 12 entries are those that were seen before does not hold") == true)
    withExtendedLifetime((serving, plane)) {}
  }

  @Test func whatTheWitnessesHaveSeenIsTold() async throws {
    var cosigned = honest
    cosigned.cosigned = try honest.head(cosignedBy: .training, in: test)
    let serving = try serving(showing: [honest.head(12, cosignedBy: .serving, in: test).note])
    let plane = try FakeLog(.governance, in: test, cosigned)
    let witnessed = try await WitnessedLog(of: log)
    #expect(witnessed.witnesses.latest.map(\.witness) == [.training, .serving])
    #expect(witnessed.witnesses.latest.map(\.size) == [30, 12])
    #expect(witnessed.note.split(separator: "\n").count == 5, "the head, its own signature and training's")
    #expect(
      witnessed.witnesses.covering(11).count == 2 && witnessed.witnesses.covering(12).map(\.witness) == [.training])
    #expect(try await verdict() == nil)
    withExtendedLifetime((serving, plane)) {}
  }

  @Test func aCosignatureByAKeyThatIsNotThePeersCountsNowhere() async throws {
    var cosigned = honest
    cosigned.cosigned = try honest.head(cosignedBy: .training, in: test, with: SecretKey.generate())
    let plane = try FakeLog(.governance, in: test, cosigned)
    let witnessed = try await WitnessedLog(of: log)
    #expect(witnessed.witnesses.heads.isEmpty)
    #expect(!witnessed.note.contains("training-plane"), "a signature that was not verified is not passed on")
    withExtendedLifetime(plane) {}
  }

  @Test func aPeerThatShowsALogThatNobodySignedIsNotBelieved() async throws {
    let forged = try PlayedLog(of: .governance, in: test, count: 99, key: SecretKey.generate())
    let serving = try serving(showing: [forged.head(cosignedBy: .serving, in: test).note])
    let plane = try FakeLog(.governance, in: test, honest)
    let audit = try await LogVerification(of: log)
    #expect(audit.witnesses.doubts.map(\.plane) == [.serving] && audit.witnesses.heads.isEmpty)
    withExtendedLifetime((serving, plane)) {}
  }

  @Test func aPeerThatIsAwayIsSaid() async throws {
    let plane = try FakeLog(.governance, in: test, honest)
    let audit = try await LogVerification(of: log)
    #expect(audit.witnesses.away.map(\.plane) == [.training, .serving])
    #expect(audit.witnesses.gaps.allSatisfy { $0.contains("was not asked what it has seen") })
    #expect(audit.witnesses.shortfall?.status == .unreachable && audit.fields["verified"] == false)
    withExtendedLifetime(plane) {}
  }
}

/// A log that is followed is the one that was read, grown.
@Suite struct FollowedLogTests {
  let test: TestHome

  init() throws { test = try TestHome() }

  /// What is told after the log of ten has become another, and why following ended.
  private func follow(_ next: PlayedLog) async throws -> (told: [Int], failure: Failure?) {
    let plane = try FakeLog(.governance, in: test, try PlayedLog(of: .governance, in: test, count: 10))
    let session = Session(test.home, root: test.root, identity: try test.identity("bridge"))
    let log = EvidenceLog(of: .governance, session: session)
    var reading = try await VerifiedReading(of: log, from: 8, under: try await log.head())
    _ = try await reading.page()
    plane.become(next)
    var follower = LogFollower(reading, of: log)
    var told: [Int] = []
    let failure = await #expect(throws: Failure.self) {
      try await follower.follow { page in
        told += page.map(\.index)
        throw Failure.refused("enough")
      }
    }
    withExtendedLifetime(plane) {}
    return (told, failure)
  }

  @Test func whatIsAddedIsTold() async throws {
    let (told, failure) = try await follow(PlayedLog(of: .governance, in: test, count: 13))
    #expect(told == [10, 11, 12] && failure?.message == "enough")
  }

  @Test func aLogThatShrinksIsNotFollowed() async throws {
    let (told, failure) = try await follow(PlayedLog(of: .governance, in: test, count: 9))
    #expect(told.isEmpty && failure?.status == .unverified)
    #expect(failure?.message.contains("had 10 entries and now has 9") == true)
  }

  @Test func twoLogsOfOneSizeAreNotFollowed() async throws {
    let (told, failure) = try await follow(PlayedLog(of: .governance, in: test, count: 10, event: "another"))
    #expect(told.isEmpty && failure?.message.contains("two different logs of 10 entries") == true)
  }

  @Test func aLogThatGrewFromAnotherPastIsNotFollowed() async throws {
    let (told, failure) = try await follow(PlayedLog(of: .governance, in: test, count: 14, event: "another"))
    #expect(told.isEmpty && failure?.status == .unverified)
  }
}
