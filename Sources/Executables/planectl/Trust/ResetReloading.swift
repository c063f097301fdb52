import Attestations
import Glibc
import MerkleLog
import PlaneContract
import Signing
import Wire

/// Tells the planes that this home has started to take a reset, and waits until each has it in its evidence.
struct ResetReloading {
  /// Entries at the end of the evidence in which it is looked for.
  private static let window = 200

  let home: Home
  let digest: Digest

  func reload(_ plane: Role) async throws -> Reloading.Outcome {
    guard let pid = DaemonProcess(home: home, plane: plane).pid else { return .away }
    let session = try Session(anyoneAt: home)
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: Reloading.deadline)
    var problem = "it has not answered"
    while clock.now < end {
      // Again each time: one that came while the plane was still starting was not heard.
      guard kill(pid, SIGHUP) == 0 else { return .away }
      try await Task.sleep(for: Reloading.interval)
      do {
        if try await hasTaken(plane, session) { return .accepted }
        problem = try await session.status(of: plane).value.health
      } catch let failure as Failure where failure.status == .unreachable { problem = failure.message }
    }
    return .refused(problem)
  }

  private func hasTaken(_ plane: Role, _ session: Session) async throws -> Bool {
    let size = try await entries(from: 0, limit: 1, plane, session).size
    var from = max(0, size - Self.window)
    while from < size {
      let page = try await entries(from: from, limit: Self.window, plane, session)
      let isThere = page.entries.contains { entry in
        entry["event"]?.string == EvidenceEvent.logResetAccepted.rawValue
          && entry["attestation_digest"]?.string == digest.description
      }
      guard !isThere, !page.entries.isEmpty else { return isThere }
      from = page.next
    }
    return false
  }

  private func entries(from index: Int, limit: Int, _ plane: Role, _ session: Session) async throws -> LedgerEntries {
    let answer: Answer<LedgerEntries> = try await session.ask(
      plane, .ledgerGet, LedgerGet.entries(from: index, limit: limit).fields)
    return answer.value
  }
}

extension Reloading.Outcome {
  var resetSentence: String {
    switch self {
    case .away: "does not run here; it takes the reset when it starts"
    case .accepted: "believes the log again"
    case .refused(let problem): "has not taken the reset: \(problem)"
    }
  }
}
