import GRDB
import Signing
import Storage
import Testing

@Suite struct OutboxTests {
  private let scratch: ScratchDatabase
  private let outbox = Outbox(limit: 5, parkedLimit: 2)

  init() throws { scratch = try ScratchDatabase() }

  private func digest(_ number: Int) -> Digest { Digest(hashing: Array("\(number)".utf8)) }

  private func enqueue(_ number: Int, at now: Int64 = 0) async throws {
    let outbox = outbox
    let digest = digest(number)
    try await scratch.database.commit { database in
      try outbox.enqueue(
        kind: "approval.publish", digest: digest, body: Array("{\"n\":\(number)}".utf8), nowMicroseconds: now,
        in: database)
    }
  }

  /// A later window that overtakes an earlier one makes it too late for good.
  @Test func ofAnOrderedKindOnlyTheOldestIsDueAlsoWhileItIsPutOff() async throws {
    func due(at now: Int64 = 0) throws -> [String] {
      try scratch.database.readNow {
        try outbox.due(nowMicroseconds: now, limit: 100, ordered: "ordered", in: $0).map(\.digest)
      }
    }
    for number in 0..<4 {
      let kind = number == 2 ? "free" : "ordered"
      try await scratch.database.commit { [outbox, digest = self.digest(number)] in
        try outbox.enqueue(kind: kind, digest: digest, body: [], nowMicroseconds: 0, in: $0)
      }
    }
    let names = (0..<4).map { digest($0).description }
    #expect(try due() == [names[0], names[2]])
    try await scratch.database.commit { [outbox] in try outbox.postpone(1, nowMicroseconds: 0, in: $0) }
    #expect(try due() == [names[2]], "the second waits for the first")
    #expect(try due(at: 1_000_000) == [names[0], names[2]])
    try await scratch.database.commit { [outbox] in try outbox.park(1, reason: "no", nowMicroseconds: 0, in: $0) }
    #expect(try due() == [names[1], names[2]], "what was refused for good holds nothing up")
    try await scratch.database.commit { [outbox] in try outbox.delivered(2, in: $0) }
    #expect(try due() == [names[2], names[3]])
  }

  private func due(at now: Int64 = 0) throws -> [OutboxMessage] {
    try scratch.database.readNow { try outbox.due(nowMicroseconds: now, limit: 100, in: $0) }
  }

  @Test func rowsComeBackByteForByteInTheOrderTheyWereAdded() async throws {
    for number in 0..<3 { try await enqueue(number, at: Int64(10 - number)) }
    let rows = try due(at: 10)
    #expect(rows.map(\.body) == (0..<3).map { Array("{\"n\":\($0)}".utf8) })
    #expect(rows.map(\.digest) == (0..<3).map { digest($0).description })
    #expect(rows.map(\.sequence) == rows.map(\.sequence).sorted())
  }

  @Test func addingTheSameAttestationTwiceKeepsOneRow() async throws {
    try await enqueue(1)
    try await enqueue(1)
    #expect(try due().count == 1)
  }

  @Test func aFullOutboxIsOverloadedAndStillTakesWhatItHas() async throws {
    for number in 0..<5 { try await enqueue(number) }
    await #expect(throws: StorageError.overloaded("5 messages already wait for delivery to another plane")) {
      try await enqueue(5)
    }
    try await enqueue(4)
    #expect(try due().count == 5)
  }

  /// Who is refused for want of room and goes on must not have lost the row that was kept aside.
  @Test func aFullOutboxKeepsTheParkedRowThatItHasNoRoomToSendAgain() async throws {
    for number in 0..<5 { try await enqueue(number) }
    let (outbox, sequence) = (outbox, try due()[0].sequence)
    try await scratch.database.commit { try outbox.park(sequence, reason: "no", nowMicroseconds: 0, in: $0) }
    try await enqueue(5)
    let parked = try await scratch.database.commit { [digest = digest(0)] database in
      #expect(throws: StorageError.self) {
        try outbox.enqueue(kind: "approval.publish", digest: digest, body: [], nowMicroseconds: 0, in: database)
      }
      return try Int.fetchOne(database, sql: "SELECT count(*) FROM outbox WHERE parked_at IS NOT NULL")
    }
    #expect(parked == 1)
  }

  @Test func aWithdrawnRowIsNeverDeliveredAndOthersAre() async throws {
    for number in 0..<3 { try await enqueue(number) }
    let (outbox, digest) = (outbox, digest(1))
    try await scratch.database.commit { try outbox.withdraw(kind: "approval.publish", digest: digest, in: $0) }
    try await scratch.database.commit { try outbox.withdraw(kind: "training.publish", digest: digest, in: $0) }
    #expect(try due().map(\.digest) == [self.digest(0), self.digest(2)].map(\.description))
  }

  @Test func aRefusedRowIsKeptForPeopleThoughItIsWithdrawn() async throws {
    try await enqueue(1)
    let row = try #require(try due().first)
    let (outbox, digest) = (outbox, digest(1))
    try await scratch.database.commit { try outbox.park(row.sequence, reason: "no", nowMicroseconds: 0, in: $0) }
    try await scratch.database.commit { try outbox.withdraw(kind: "approval.publish", digest: digest, in: $0) }
    #expect(try scratch.database.readNow { try outbox.parkedCount(in: $0) } == 1)
  }

  @Test func moreSignaturesReplaceAWaitingRowAndSurviveTheDeliveryUnderWay() async throws {
    try await enqueue(1)
    let underWay = try #require(try due().first)
    let (outbox, digest) = (outbox, digest(1))
    try await scratch.database.commit { database in
      try outbox.enqueue(
        kind: "approval.publish", digest: digest, body: Array("{\"more\":1}".utf8), nowMicroseconds: 0, in: database)
    }
    try await scratch.database.commit { try outbox.delivered(underWay.sequence, in: $0) }
    #expect(try due().map(\.body) == [Array("{\"more\":1}".utf8)])
  }

  @Test func aDeliveredRowIsGoneAndItsNumberIsNotUsedAgain() async throws {
    try await enqueue(1)
    let first = try #require(try due().first)
    let outbox = outbox
    try await scratch.database.commit { try outbox.delivered(first.sequence, in: $0) }
    try await enqueue(2)
    #expect(try due().map(\.sequence) == [first.sequence + 1])
  }

  @Test func aFailedAttemptWaitsAndAPeerThatIsBackGetsEverythingAtOnce() async throws {
    try await enqueue(1)
    let sequence = try #require(try due().first).sequence
    let outbox = outbox
    for _ in 0..<10 {
      try await scratch.database.commit { try outbox.postpone(sequence, nowMicroseconds: 1000, in: $0) }
    }
    #expect(try due(at: 1000 + 29_000_000).isEmpty)
    #expect(try due(at: 1000 + 60_000_000).map(\.attempts) == [10])
    try await scratch.database.commit { try outbox.makeAllDue(nowMicroseconds: 2000, in: $0) }
    #expect(try due(at: 2000).count == 1)
  }

  @Test func aRowThatAClockOrAHandPutOffForAYearIsDue() async throws {
    try await enqueue(1, at: 0)
    let year: Int64 = 365 * 86_400 * 1_000_000
    try await scratch.database.commit { try $0.execute(sql: "UPDATE outbox SET next_attempt_at = \(year)") }
    #expect(try due(at: 1000).map(\.digest) == [digest(1).description])
    #expect(try due(at: year - 1_000_000).isEmpty, "a second is a wait like any other")
  }

  @Test func backoffDoublesFromAFifthOfASecondToAMinute() {
    let delays = [1, 2, 3, 8, 9, 10, 1_000_000].map { OutboxBackoff.delayMicroseconds(afterAttempts: $0, jitter: 1) }
    #expect(delays == [200_000, 400_000, 800_000, 25_600_000, 51_200_000, 60_000_000, 60_000_000])
    #expect(OutboxBackoff.delayMicroseconds(afterAttempts: 1, jitter: 0.5) == 100_000)
  }

  @Test func aParkedRowIsNotDeliveredUntilItIsAddedAgain() async throws {
    try await enqueue(1)
    let sequence = try #require(try due().first).sequence
    let outbox = outbox
    try await scratch.database.commit { try outbox.park(sequence, reason: "policy_failed", nowMicroseconds: 5, in: $0) }
    #expect(try due(at: .max).isEmpty)
    #expect(try scratch.database.readNow { try outbox.parkedCount(in: $0) } == 1)
    try await enqueue(1, at: 6)
    #expect(try due(at: 6).map(\.digest) == [digest(1).description])
    #expect(try scratch.database.readNow { try outbox.parkedCount(in: $0) } == 0)
  }

  @Test func parkedRowsAreBoundedAndDoNotFillTheOutbox() async throws {
    let outbox = outbox
    for number in 0..<8 {
      try await enqueue(number)
      let sequence = try #require(try due().first).sequence
      try await scratch.database.commit { try outbox.park(sequence, reason: "no", nowMicroseconds: 5, in: $0) }
    }
    #expect(try scratch.database.readNow { try outbox.parkedCount(in: $0) } == 2)
    for number in 10..<15 { try await enqueue(number) }
    #expect(try due().count == 5)
  }

  @Test func aRowOfARefusedChangeIsNotSent() async throws {
    struct Refused: Error {}
    let outbox = outbox
    let digest = digest(1)
    await #expect(throws: Refused.self) {
      try await scratch.database.commit { database in
        try outbox.enqueue(kind: "k", digest: digest, body: [], nowMicroseconds: 0, in: database)
        throw Refused()
      }
    }
    #expect(try due().isEmpty)
  }
}
