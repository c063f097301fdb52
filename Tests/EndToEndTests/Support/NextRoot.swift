import Attestations
import Foundation
import Glibc
import PlaneContract
import Signing
import TestSupport
import Wire

// Trust roots that follow the one of a home, and the planes that are told of them.

extension PlanesHome {
  /// The root that follows `root`, signed by root's key; nothing is installed.
  func next(
    after root: VerifiedTrustRoot, _ change: (inout TrustRootDraft) throws -> Void = { _ in }
  ) throws -> VerifiedTrustRoot {
    var draft = TrustRootDraft(after: root.root, issuedAt: Timestamp.now())
    try change(&draft)
    return try root.successor(draft.checked().signed(by: [key("root")]))
  }

  func rootFile(_ version: Int) -> String { "\(path)/trust/\(version).root.json" }

  func install(_ root: VerifiedTrustRoot, as version: Int? = nil) throws {
    try Data(root.envelope.serialized).write(
      to: URL(fileURLWithPath: rootFile(version ?? root.version)), options: .atomic)
  }
}

extension DaemonFixture {
  /// Sends SIGHUP until the plane's status is as `holds` wants it: one that came too early is not heard.
  func reload(_ plane: Role, until holds: (PlaneStatus) -> Bool) async throws -> PlaneStatus {
    let anyone = try home.caller("bridge")
    return try await pollUntil("\(plane.planeName) has reloaded\n\(logs)") {
      strike(plane, with: SIGHUP)
      let status = try await anyone.status(of: plane)
      return holds(status) ? status : nil
    }
  }
}
