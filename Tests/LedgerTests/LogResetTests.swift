import Attestations
import Ledger
import MerkleLog
import Signing
import Storage
import TestSupport
import Testing
import Wire

/// When the root keys end a dispute, and when somebody only says so.
@Suite struct LogResetTests {
  let scratch: ScratchMemory
  let log: PretendLog
  /// The log as it was restored: another from the sixth entry on.
  let restored: PretendLog

  init() async throws {
    scratch = try ScratchMemory()
    log = try PretendLog(of: .training, in: scratch.house, count: 20)
    restored = try PretendLog(of: .training, in: scratch.house, count: 20, differingFrom: 6)
    _ = try await scratch.see(log.head(8), ConsistencyProof(oldSize: 0, newSize: 8, hashes: []))
    _ = try await scratch.see(restored.head(7), ConsistencyProof(oldSize: 8, newSize: 7, hashes: []))
    #expect(try await scratch.dispute()?.kind == .shrink)
  }

  // Refused.

  @Test(arguments: [["alice"], ["training-plane"], ["governance-plane", "serving-plane", "alice", "bob"]])
  func aResetThatNoRootKeySignedIsNone(_ signers: [String]) throws {
    let reset = try scratch.house.reset(restored.checkpoint(7), by: signers)
    #expect(throws: LogResetError.threshold(needed: 1, valid: 0)) { try scratch.house.root.verified(reset: reset) }
  }

  @Test func tooFewRootKeysResetNothing() throws {
    let second = try SecretKey.generate()
    let house = try scratch.house.next(newKeys: ["root-2": second]) {
      $0.rootKeys.append(second.publicKey)
      $0.threshold = 2
    }
    // One key twice counts once.
    for signers in [["root"], ["root-2"], ["root", "root"]] {
      let reset = try house.reset(restored.checkpoint(7), by: signers)
      #expect(throws: LogResetError.threshold(needed: 2, valid: 1)) { try house.root.verified(reset: reset) }
    }
    _ = try house.root.verified(reset: house.reset(restored.checkpoint(7), by: ["root", "root-2"]))
  }

  @Test func aResetOfAnotherPlanesLogOrAnotherHousesEndsNothing() async throws {
    let serving = try PretendLog(of: .serving, in: scratch.house, count: 9)
    let elsewhere = try PretendLog(of: .training, in: TestHouse(), count: 9)
    for other in [serving, elsewhere] {
      let reset = try scratch.house.reset(other.checkpoint(9))
      await #expect(throws: LogResetError.self) { try await scratch.take(reset) }
    }
    #expect(try await scratch.dispute() != nil)
  }

  @Test func aResetIsTakenOnceAndNoOlderOneAfterIt() async throws {
    let first = try scratch.house.reset(restored.checkpoint(7), at: TestHouse.epoch.adding(seconds: -10))
    let second = try scratch.house.reset(restored.checkpoint(9))
    #expect(try await scratch.take(first))
    #expect(try await scratch.take(second))
    _ = try await scratch.see(restored.head(5), ConsistencyProof(oldSize: 9, newSize: 5, hashes: []))
    #expect(try await scratch.dispute() != nil)
    await #expect(throws: LogResetError.self) { try await scratch.take(first) }
    let sameTime = try scratch.house.reset(restored.checkpoint(5))
    await #expect(throws: LogResetError.self) { try await scratch.take(sameTime) }
    #expect(try await scratch.take(second) == false, "the last one once more is nothing new")
    #expect(try await scratch.dispute() != nil)
  }

  @Test func aResetFromTheFutureWouldKeepOutAllThatComeBeforeIt() async throws {
    let ahead = try scratch.house.reset(restored.checkpoint(7), at: TestHouse.epoch.adding(seconds: 31))
    await #expect(throws: LogResetError.self) { try await scratch.take(ahead) }
  }

  @Test(arguments: [
    ("\"v\":1", "\"v\":2"), ("\"size\":7", "\"size\":0"), ("\"size\":7", "\"size\":7.5"),
    ("\"reason\":\"a test\"", "\"reason\":\"\""),
    ("\"v\":1", "\"v\":1,\"more\":1"), ("/training-plane", "/training plane"),
  ])
  func aResetThatBreaksARuleIsRefusedThoughTheRootKeysSignedIt(_ old: String, _ new: String) throws {
    let text = String(decoding: try scratch.house.reset(restored.checkpoint(7)).payload, as: UTF8.self)
    try #require(text.contains(old), "\(text)")
    let broken = try UnverifiedEnvelope(
      signing: Array(text.replacing(old, with: new).utf8), as: .logReset, by: [scratch.house.key("root")])
    #expect(throws: LogResetError.self) { try scratch.house.root.verified(reset: broken) }
  }

  // Taken.

  @Test func fromTheResetOnTheLogIsBelievedAgainAndMustGoOnFromThere() async throws {
    #expect(try await scratch.take(scratch.house.reset(restored.checkpoint(7))))
    #expect(try await scratch.dispute() == nil)
    #expect(try await scratch.head()?.note == nil, "the log itself has said nothing yet")
    guard case .notFrom(7) = try await scratch.see(restored.head(12), restored.consistencyProof(from: 8, to: 12))
    else { throw Absent("the size of the reset") }
    guard case .cosigned = try await scratch.see(restored.head(12), restored.consistencyProof(from: 7, to: 12))
    else { throw Absent("cosignature") }
    #expect(try await scratch.head()?.checkpoint == restored.checkpoint(12))
  }

  @Test func aDisputeThatNobodyCanReadEndsToo() async throws {
    try await scratch.database.commit { try $0.execute(sql: "UPDATE log_dispute SET kind = 'nonsense'") }
    #expect(try await scratch.take(scratch.house.reset(restored.checkpoint(7))))
    #expect(try await scratch.dispute() == nil)
  }

  @Test func theLogThatWasGivenUpIsADisputeAfterTheReset() async throws {
    #expect(try await scratch.take(scratch.house.reset(restored.checkpoint(7))))
    let outcome = try await scratch.see(log.head(12), log.consistencyProof(from: 7, to: 12))
    guard case .disputed(let dispute, isNews: true) = outcome else { throw Absent("dispute") }
    #expect(dispute.kind == .changedPast)
  }
}
