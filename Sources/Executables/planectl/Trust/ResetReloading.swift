import Attestations
import Glibc
import MerkleLog
import PlaneContract
import Signing
import Wire

/// Tells the planes that this home has started to take a reset, and waits until each has it in its evidence and believes the log.
struct ResetReloading {
  /// Entries at the end of the evidence in which a reset is looked for that a plane takes now.
  private static let window = 200
  /// And one that it may have taken before.
  private static let longWindow = 20_000

  let home: Home
  let log: Role
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
        let status = try await session.status(of: plane).value
        if status.missingEntries(of: log) == nil, try await hasTaken(plane, session) { return .accepted }
        problem = status.health
      } catch let failure as Failure where failure.status == .unreachable { problem = failure.message }
    }
    return .refused(problem)
  }

  /// Whether a plane has taken it some time ago: it is good once.
  func isSpent(at plane: Role, _ session: Session) async throws -> Bool {
    try await hasTaken(plane, session, within: Self.longWindow)
  }

  private func hasTaken(_ plane: Role, _ session: Session, within window: Int = Self.window) async throws -> Bool {
    let size = try await entries(from: 0, limit: 1, plane, session).size
    var from = max(0, size - window)
    while from < size {
      let page = try await entries(from: from, limit: LedgerGet.limits.upperBound, plane, session)
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
