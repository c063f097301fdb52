import Attestations
import Foundation
import PlaneContract
import TestSupport
import Testing
import Wire

/// `planectl doctor` at homes whose planes are real, and in which one thing after the other is wrong.
@Suite("The doctor", .serialized)
struct DoctorTests {
  private struct Report {
    let code: CInt
    let findings: [JSONObject]

    /// The findings of a verdict, each as its subject and object.
    func named(_ verdict: String) -> [String] {
      findings.filter { $0["verdict"]?.string == verdict }
        .map { "\($0["subject"]?.string ?? "") \($0["object"]?.string ?? "")" }
    }

    func says(_ words: String) -> Bool { findings.contains { $0["finding"]?.string?.contains(words) == true } }
  }

  private func examine(_ home: PlanesHome, through wrapper: [String] = []) async throws -> Report {
    let log = "\(home.folder)/doctor-\(UUID().uuidString).log"
    let words = wrapper + [try BuiltPrograms.path("planectl"), "doctor", "--json", "--home", home.path]
    let code = try await ChildProcess("/usr/bin/env", words, log: log).end()
    let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
    return Report(code: code, findings: lines.compactMap { try? StrictJSON.parse(Array($0.utf8)).object })
  }

  @Test("Planes that are well are found well, and those that are stopped are named with what to do")
  func wellAndStopped() async throws {
    let planes = try await DaemonFixture()
    let home = planes.home
    // Who keeps this machine's clock is not the planes'.
    try await pollUntil("all is well") { try await examine(home).named("warn").allSatisfy { $0.hasPrefix("clock ") } }
    let well = try await examine(home)
    #expect(well.code == 0 && well.named("fail").isEmpty && well.named("ok").contains("lease serving-plane"))
    for plane in PlanesHome.planes {
      #expect(well.named("ok").contains("log \(plane.planeName)"), "\(well.findings)")
    }
    #expect(try await Planectl(home).run("status").code == 0)

    try await planes.kill(.training)
    let stopped = try await examine(home)
    #expect(stopped.code == 3 && stopped.named("fail") == ["plane training-plane"])
    #expect(stopped.findings.contains { $0["next"]?.string?.contains("planectl up") == true })
    #expect(try await Planectl(home).run("status").code == 3)
  }

  @Test("A lease that has ended, and files that others may read, are found; status says that not all is well")
  func leaseAndFiles() async throws {
    let home = try await PlanesHome()
    try home.replaceRoot { $0.replacing("\"lease_seconds\":300", with: "\"lease_seconds\":10") }
    let planes = try await DaemonFixture(on: home)
    try await pollUntil("all is well") { try await examine(home).code == 0 }
    try #require(chmod("\(home.path)/keys/alice.pem", 0o644) == 0)
    let open = try await examine(home)
    #expect(open.code == 1 && open.named("fail") == ["files \(home.path)/keys/alice.pem"])
    try #require(chmod("\(home.path)/keys/alice.pem", 0o600) == 0)

    try await planes.kill(.governance)
    try await pollUntil("the lease has ended") { try await examine(home).named("fail").contains("lease serving-plane") }
    #expect(try await examine(home).code == 3)
    try await planes.start(.governance)
    try await pollUntil("all is well again") { try await examine(home).code == 0 }
  }

  @Test("A trust root that expires soon is said in time, and one that has expired fails")
  func expiringRoot() async throws {
    for (days, code) in [(30, CInt(0)), (-1, 1)] {
      let home = try await PlanesHome()
      let end = Timestamp.now().adding(days: days).attestationText
      let start = Timestamp.now().adding(days: -100).attestationText
      try home.replaceRoot {
        $0.replacing(#/"expires_at":"[^"]*"/#, with: "\"expires_at\":\"\(end)\"", maxReplacements: 1)
          .replacing(#/"issued_at":"[^"]*"/#, with: "\"issued_at\":\"\(start)\"", maxReplacements: 1)
      }
      let planes = try await DaemonFixture(on: home)
      // Before the first lease a plane says that first.
      try await pollUntil("the planes say it") { try await examine(home).code == code }
      let report = try await examine(home)
      #expect(report.named(days > 0 ? "warn" : "fail").contains("trust version 1"), "\(report.findings)")
      #expect(report.says(days > 0 ? "in 29 days" : "nothing new is approved or deployed"))
      let status = try await Planectl(home).run("status")
      #expect(status.code == code, "\(status.output)")
      withExtendedLifetime(planes) {}
    }
  }

  @Test(
    "A disk that is nearly full is found, before and after its plane notices",
    .enabled(if: SmallDisk.isAvailable, "needs root, or user namespaces for everybody, to mount a small file system"))
  func fullDisk() async throws {
    let planes = try await DaemonFixture(smallDisks: [(.governance, 24 << 20)])
    let disk = try #require(planes.disk)
    let expected = ["disk \(planes.home.folder(of: .governance))"]
    // Before the first lease serving is not well either.
    try await pollUntil("nothing else is wrong") {
      try await examine(planes.home, through: disk.entering).named("fail") == expected
    }
    #expect(try await examine(planes.home, through: disk.entering).code == 1)
  }

  @Test("A plane that speaks with another's key is not believed")
  func anotherKey() async throws {
    let home = try await PlanesHome()
    let planes = try await DaemonFixture(on: home)
    // The caller's root gives the plane another key than it has.
    let other = try home.key("bridge").publicKey.hex
    let own = try home.key("training-plane").publicKey.hex
    try home.replaceRoot(repin: true) {
      $0.replacing(other, with: "swap").replacing(own, with: other).replacing("swap", with: own)
    }
    let report = try await examine(home)
    #expect(report.code == 5, "\(report.findings)")
    #expect(report.named("fail").contains("plane training-plane"))
    withExtendedLifetime(planes) {}
  }
}
