import PlaneContract
import Storage
import Testing

@testable import Daemon

/// `require_distinct_uids` and `allow_uids`: what the kernel says of users.
@Suite struct HostIsolationTests {
  private static let apart: [String: UInt32] = ["training-plane": 101, "governance-plane": 102, "serving-plane": 103]

  private func problem(_ users: [String: UInt32], runningAs own: UInt32) -> String? {
    do {
      try HostIsolation.require(for: .governance, runningAs: own) { users[$0] }
      return nil
    } catch { return "\(error)" }
  }

  @Test(arguments: [
    (["training-plane": 101, "serving-plane": 103], 102 as UInt32, "there is no user governance-plane"),
    (["training-plane": 102, "governance-plane": 102, "serving-plane": 103], 102, "are one"),
    (["training-plane": 101, "governance-plane": 0, "serving-plane": 103], 0, "the users root and governance-plane"),
    (apart, 103, "this runs as serving-plane"), (apart, 0, "this runs as root"),
    (apart, 1000, "this runs as user 1000"),
  ])
  func aHostThatDoesNotKeepItsPlanesApartIsRefused(users: [String: UInt32], own: UInt32, words: String) {
    #expect(problem(users, runningAs: own)?.contains(words) == true, "\(problem(users, runningAs: own) ?? "accepted")")
  }

  @Test func threeUsersAndItsOwnAreWhatItAsksFor() {
    #expect(problem(Self.apart, runningAs: 102) == nil)
  }

  private func audience(_ text: String) throws -> SocketAudience {
    let section = try ConfigFile.parse(text, path: "/etc/planes/serving.yaml")
    let audience = try SocketAudience(section, of: SocketName.sockets(of: .serving)) { $0 == "ci" ? 1002 : nil }
    try section.finish()
    return audience
  }

  @Test(arguments: [
    "allow_uids: {deploy.sock: [nobody-here]}", "allow_uids: {submit.sock: [ci]}", "allow_uids: {deploy.sock: ci}",
    "allow_uids: [ci]",
  ])
  func anAudienceThatIsNoneIsRefused(text: String) {
    #expect(throws: ConfigError.self) { try audience(text) }
  }

  @Test func whoIsNotNamedIsShutOutAndASocketThatIsNotNamedIsOpen() throws {
    let audience = try audience("allow_uids: {deploy.sock: [ci, 0], control.sock: []}")
    #expect(audience.admits(1002, on: .deploy) && audience.admits(0, on: .deploy))
    #expect(!audience.admits(1003, on: .deploy) && !audience.admits(0, on: .control))
    #expect(audience.admits(1003, on: .servingRead))
  }
}
