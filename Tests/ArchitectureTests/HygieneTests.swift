import Testing

/// What no file of this repository may contain.
@Suite struct HygieneTests {
  @Test(arguments: ["Sources", "Tests"]) func noFileIsLongerThan400Lines(folder: String) throws {
    for file in try Repository.sources(under: folder) { #expect(file.lines.count <= 401, "\(file.path)") }
  }

  @Test func sourcesNeverTrapOnPurpose() throws {
    let traps = #/\b(fatalError|preconditionFailure|assertionFailure)\b|\btry!|\bas!|[\w)\]>]!(?![=\w])/#
    for file in try Repository.sources(under: "Sources") {
      for (number, line) in file.code { #expect(!line.contains(traps), "\(file.path):\(number): \(line)") }
    }
  }

  @Test(arguments: ["Sources", "Tests"]) func nothingIsLeftForLater(folder: String) throws {
    let marks = #/\b(TO)(DO)\b|\b(FIX)(ME)\b|\b(X)(XX)\b|\bHACK\b/#
    for file in try Repository.sources(under: folder) {
      for (index, line) in file.lines.enumerated() { #expect(!line.contains(marks), "\(file.path):\(index + 1)") }
    }
  }

  @Test func nothingIsPublic() throws {
    for file in try Repository.sources(under: "Sources") {
      for (number, line) in file.code { #expect(!line.contains(#/^\s*(public|open)\s/#), "\(file.path):\(number)") }
    }
  }

  @Test func noTaskIsDetached() throws {
    for file in try Repository.sources(under: "Sources") {
      for (number, line) in file.code { #expect(!line.contains("Task.detached"), "\(file.path):\(number)") }
    }
  }

  /// A step of a poll, and a wait that only cancellation ends, are the two sleeps there are.
  @Test func testsPollForAConditionAndDoNotSleep() throws {
    let sleeps = #/\b(u|nano)?sleep\s*\(/#
    let allowed = #/Task\.sleep\(for: \.(milliseconds\([1-5]\)|seconds\(3600\))\)/#
    for file in try Repository.sources(under: "Tests") {
      for (number, line) in file.code where line.contains(sleeps) {
        #expect(line.contains(allowed), "\(file.path):\(number): \(line)")
      }
    }
  }

  @Test func noTestIsSwitchedOff() throws {
    for file in try Repository.sources(under: "Tests") {
      for (number, line) in file.code { #expect(!line.contains(#/\.disabled\(/#), "\(file.path):\(number)") }
    }
  }
}
