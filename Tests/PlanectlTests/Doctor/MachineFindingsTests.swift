import PlaneContract
import Testing

@testable import planectl

/// Disk and clock.
@Suite struct MachineFindingsTests {
  typealias Room = DiskFindings.Room

  let test: TestHome

  init() throws { test = try TestHome() }

  @Test(arguments: [
    (Room(device: 1, bytes: 60 << 20, total: 1 << 40, files: nil), Finding.Verdict.fail),
    (Room(device: 1, bytes: 1 << 40, total: 1 << 41, files: 3), .fail),
    (Room(device: 1, bytes: 900 << 20, total: 1 << 40, files: nil), .warn),
    (Room(device: 1, bytes: 2 << 30, total: 1 << 40, files: 100_000), .ok),
  ])
  func aDiskIsJudgedByWhatIsLeft(room: Room, verdict: Finding.Verdict) {
    let found = DiskFindings(home: test.home, room: { _ in room }).findings
    #expect(found.map(\.verdict) == [verdict], "one file system is said once: \(found.map(\.line))")
  }

  @Test func aFileSystemThatMayNotBeAskedIsSaid() {
    let found = DiskFindings(home: test.home, room: { try DiskFindings.room(at: "\($0)/no/such") }).findings
    #expect(!found.isEmpty && found.allSatisfy { $0.verdict == .unseen })
  }

  @Test func theRealDiskOfAHomeIsAsked() {
    let found = DiskFindings(home: test.home).findings
    #expect(found.count == 1 && found.first?.verdict != .unseen)
  }

  @Test(arguments: [(true, Finding.Verdict.ok), (false, .warn), (nil, .unseen)] as [(Bool?, Finding.Verdict)])
  func aClockIsJudgedByWhoKeepsIt(isKept: Bool?, verdict: Finding.Verdict) {
    #expect(ClockFindings(offsets: [], isKept: isKept).findings.map(\.verdict) == [verdict])
  }

  @Test(arguments: [(31, "31 s ahead of"), (-90, "90 s behind")] as [(Int64, String)])
  func aPlaneWhoseClockDiffersIsNamed(seconds: Int64, words: String) {
    let found = ClockFindings(offsets: [(.serving, seconds), (.training, 30)], isKept: true).findings
    #expect(found.map(\.verdict) == [.ok, .warn])
    #expect(found.last?.object == "serving-plane" && found.last?.sentence.contains(words) == true)
  }
}
