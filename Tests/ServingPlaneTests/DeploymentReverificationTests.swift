import Attestations
import Daemon
import Foundation
import GRDB
import PlaneContract
import TestSupport
import Testing

@testable import ServingPlane

/// What runs is hashed again, and ends when it is not what was approved any more.
@Suite struct DeploymentReverificationTests {
  private static let day = 86_400

  private func running() async throws -> ServingHouse {
    let serving = try await ServingHouse()
    try await serving.publish()
    try await serving.deploy(weights: serving.weights())
    return serving
  }

  private func look(_ serving: ServingHouse, after seconds: Int) async {
    serving.plane.clock.step(seconds: seconds)
    await serving.serving.reverification.look()
  }

  private func stored(_ serving: ServingHouse) throws -> String {
    let digest = TestHouse.result().weightsHash.hex
    return "\(serving.plane.directory.path)/store/file/\(digest)/model.bin"
  }

  /// As somebody with the rights of the superuser, who leaves length and time of the file as they were.
  private func changeOneByte(_ path: String) throws {
    let before = try FileManager.default.attributesOfItem(atPath: path)
    try #require(chmod(path, 0o600) == 0)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.write(contentsOf: Data("W".utf8))
    try file.close()
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o444, .modificationDate: before[.modificationDate] as Any], ofItemAtPath: path)
  }

  @Test func aByteChangedInTheStoreEndsWhatRunsAtTheNextReview() async throws {
    let serving = try await running()
    try changeOneByte(stored(serving))
    await look(serving, after: Self.day - 1)
    #expect(serving.served() == "Weights one", "not due yet")
    await look(serving, after: 1)
    #expect(serving.served() == nil)
    #expect(try await !serving.authorize().passed)
    let ended = try await serving.plane.evidence(.modelUndeployed)
    #expect(ended.count == 1 && ended.first?["reason"]?.string?.contains("not the approved bytes") == true)
    #expect(serving.plane.log.lines.contains { $0.hasPrefix("critical") && $0.contains("not what was approved") })
    #expect(try serving.serving.health().0.contains("iris in staging: undeployed"))
    let undeployments = try await serving.plane.context.database.read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM deployment WHERE undeployment IS NOT NULL")
    }
    #expect(undeployments == 1)
  }

  @Test func aStoredCopyThatIsGoneEndsWhatRuns() async throws {
    let serving = try await running()
    let path = try stored(serving)
    try #require(chmod(URL(fileURLWithPath: path).deletingLastPathComponent().path, 0o700) == 0)
    try FileManager.default.removeItem(atPath: path)
    await look(serving, after: Self.day)
    #expect(try await serving.plane.evidence(.modelUndeployed).count == 1)
    #expect(try await !serving.authorize().passed)
  }

  @Test func aStoredCopySwappedForALinkEndsWhatRuns() async throws {
    let serving = try await running()
    let path = try stored(serving)
    try #require(chmod(URL(fileURLWithPath: path).deletingLastPathComponent().path, 0o700) == 0)
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: serving.weights())
    await look(serving, after: Self.day)
    #expect(serving.served() == nil)
    #expect(try await serving.plane.evidence(.modelUndeployed).count == 1)
  }

  @Test(arguments: ["/etc", "../../../store/file/\(String(repeating: "0", count: 64))"])
  func aLinkThatLeadsElsewhereEndsWhatRuns(_ target: String) async throws {
    let serving = try await running()
    let current = "\(serving.plane.directory.path)/deployments/staging/iris/current"
    try FileManager.default.removeItem(atPath: current)
    try FileManager.default.createSymbolicLink(atPath: current, withDestinationPath: target)
    await look(serving, after: Self.day)
    #expect(try await serving.plane.evidence(.modelUndeployed).count == 1)
    #expect(!FileManager.default.fileExists(atPath: current))
  }

  @Test func whatIsSoundGoesOnAndIsNotHashedAgainBeforeItsTime() async throws {
    let serving = try await running()
    await look(serving, after: Self.day)
    #expect(try await serving.authorize().passed)
    try changeOneByte(stored(serving))
    await look(serving, after: Self.day - 1)
    #expect(serving.served() != nil)
    let restarted = try await serving.restarted()
    await look(restarted, after: 1)
    #expect(restarted.served() == nil, "a restart puts nothing off")
  }

  @Test func aMomentAheadThatAWrongClockWrotePutsNothingOff() async throws {
    let serving = try await running()
    try await serving.plane.tamper("UPDATE deployment SET verified_at = 4102444800000000")
    let restarted = try await serving.restarted()
    try changeOneByte(stored(restarted))
    await look(restarted, after: Self.day)
    #expect(restarted.served() == nil)
  }

  @Test func whatWasEndedIsDeployedAgainFromSoundBytesAndIsHealthy() async throws {
    let serving = try await running()
    try changeOneByte(stored(serving))
    await look(serving, after: Self.day)
    #expect(try await serving.deniedGates { try await serving.deploy() } == ["weights"], "the stored copy is damaged")
    try await serving.deploy(weights: serving.weights())
    #expect(serving.served() == "weights one")
    #expect(try serving.serving.health().0 == "ok")
  }

  @Test func zeroSecondsMeanNever() async throws {
    let serving = try await running()
    try changeOneByte(stored(serving))
    serving.plane.clock.step(seconds: 20 * Self.day)
    await DeploymentReverification(
      service: serving.serving.review.service, interval: nil, pace: ReadingPace(bytesPerSecond: 1)
    ).look()
    #expect(serving.served() != nil)
  }

  @Test func whoReadsSlowlyStopsWhenNobodyWaitsAnyMore() async throws {
    let serving = try await running()
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        serving.plane.clock.step(seconds: Self.day)
        // Eleven bytes would take eleven seconds; the group is cancelled first.
        await DeploymentReverification(
          service: serving.serving.review.service, interval: Self.day, pace: ReadingPace(bytesPerSecond: 1)
        ).look()
      }
      group.cancelAll()
    }
    #expect(try await serving.authorize().passed)
    #expect(try serving.serving.health().0 == "ok")
  }
}
