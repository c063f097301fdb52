import Attestations
import Foundation
import Glibc
import MerkleLog
import PlaneContract
import Signing
import TestSupport
import Wire

// The logs of running planes: as they show them, as others have seen them, and as the root keys reset them.

extension PlaneCaller {
  /// A socket of each plane that anybody may ask.
  private static let sockets: [Role: SocketName] = [
    .training: .submit, .governance: .governanceRead, .serving: .servingRead,
  ]

  /// The signed heads that a plane shows.
  func head(of plane: Role) async throws -> LedgerHead {
    guard let socket = Self.sockets[plane] else { throw ProcessFailure("\(plane) has no socket") }
    return try LedgerHead(await ask(.ledgerGet, LedgerGet.head, on: socket))
  }

  func checkpoint(of plane: Role) async throws -> Checkpoint {
    let note = try await head(of: plane).checkpoint
    return try note.checkpoint(of: origin(of: plane), signedBy: home.currentRoot().keysEver(of: plane)).checkpoint
  }

  /// How many entries of the plane's log `witness` has seen.
  func seen(of plane: Role, by witness: Role) async throws -> Int? {
    let origin = try origin(of: plane)
    return try await head(of: witness).witnessed.compactMap { Checkpoint(text: $0.text) }
      .first { $0.origin == origin }?.size
  }

  private func origin(of plane: Role) throws -> String {
    EvidenceOrigin(rootDigest: try home.currentRoot().originDigest, plane: plane.planeName).description
  }
}

extension DaemonFixture {
  /// Waits until `witness` has seen all of a plane's log; returns how much that is.
  @discardableResult
  func witnessed(_ plane: Role, by witness: Role) async throws -> Int {
    let anyone = try home.caller("bridge")
    return try await pollUntil("\(witness.planeName) has seen the log of \(plane.planeName)\n\(logs)") {
      let size = try await anyone.checkpoint(of: plane).size
      return try await anyone.seen(of: plane, by: witness) == size ? size : nil
    }
  }

  /// Waits until the plane's health says this, or is `ok` and nothing else.
  func health(of plane: Role, says words: String) async throws {
    let anyone = try home.caller("bridge")
    var last = ""
    do {
      try await pollUntil(words) {
        last = try await anyone.status(of: plane).health
        return words == "ok" ? last == words : last.contains(words)
      }
    } catch { throw ProcessFailure("\(error); \(plane.planeName) says: \(last)\n\(logs)") }
  }

  /// The root keys say that the plane's log is believed as it is now, and every plane takes it.
  func resetLog(of plane: Role) async throws {
    let anyone = try home.caller("bridge")
    let reset = LogReset(
      checkpoint: try await anyone.checkpoint(of: plane), reason: "restored from a backup", issuedAt: .now())
    let envelope = try reset.signed(by: [home.key("root")])
    try Data(envelope.serialized).write(
      to: URL(fileURLWithPath: "\(home.path)/trust/\(plane.planeName).log-reset.json"), options: .atomic)
    for witness in PlanesHome.planes {
      try await pollUntil("\(witness.planeName) takes the reset\n\(logs)") {
        strike(witness, with: SIGHUP)
        return try await hasTaken(envelope.payloadDigest, witness, anyone)
      }
    }
  }

  private func hasTaken(_ digest: Digest, _ plane: Role, _ caller: PlaneCaller) async throws -> Bool {
    let entries = try await caller.evidence(of: plane)
    return entries.contains {
      $0["event"]?.string == EvidenceEvent.logResetAccepted.rawValue
        && $0["attestation_digest"]?.string == digest.description
    }
  }
}

extension PlaneCaller {
  /// All entries of a plane's evidence.
  func evidence(of plane: Role) async throws -> [JSONObject] {
    guard let socket = Self.sockets[plane] else { throw ProcessFailure("\(plane) has no socket") }
    var (entries, size): ([JSONObject], Int) = ([], 1)
    while entries.count < size {
      let body = LedgerGet.entries(from: entries.count, limit: LedgerGet.limits.upperBound)
      let page = try LedgerEntries(await ask(.ledgerGet, body, on: socket))
      guard !page.entries.isEmpty else { break }
      entries += page.entries
      size = page.size
    }
    return entries
  }
}
