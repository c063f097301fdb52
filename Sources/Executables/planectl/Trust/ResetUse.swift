import Attestations
import MerkleLog
import PlaneContract
import Signing
import Wire

/// Whether a reset is of any use now. One that is not must not take the place of an earlier one: the planes would refuse it at every
/// start, or take it for one that they had.
struct ResetUse {
  private let reset: VerifiedLogReset
  private let log: Role
  private let file: ResetFile

  init(of reset: VerifiedLogReset, log: Role, in file: ResetFile) {
    (self.reset, self.log, self.file) = (reset, log, file)
  }

  /// Planes that do not answer say nothing against it, nor do those that somebody without a key cannot ask.
  func check() async throws {
    try checkInstalled()
    guard let session = try? Session(anyoneAt: file.home) else { return }
    for holder in await LogDisputes(of: log, session).holders { try await checkUnspent(at: holder.plane, session) }
    try await checkHead(session)
  }

  private func checkInstalled() throws {
    guard let installed = try file.installed(of: log).read(), installed.envelope?.payloadDigest != reset.digest,
      installed.reset.issuedAt >= reset.reset.issuedAt
    else { return }
    throw unusable(
      "it was issued at \(reset.reset.issuedAt), and a later one of \(installed.reset.issuedAt) is installed")
  }

  private func checkUnspent(at plane: Role, _ session: Session) async throws {
    let reloading = ResetReloading(home: file.home, log: log, digest: reset.digest)
    guard try await reloading.isSpent(at: plane, session) else { return }
    throw unusable("\(plane.planeName) has taken it already, and has the log in dispute again: a reset is good once")
  }

  private func checkHead(_ session: Session) async throws {
    let head = reset.reset.checkpoint
    let evidence = EvidenceLog(of: log, session: session)
    do {
      let latest = try await evidence.head().checkpoint
      guard head.size <= latest.size else {
        throw Failure.unverified("\(log.planeName)'s log has \(latest.size) entries, and the reset is of \(head.size)")
      }
      try await evidence.check(size: head.size, root: head.root, isBeginningOf: latest)
    } catch {
      let failure = Failure(explaining: error)
      guard failure.status == .unreachable else { throw unusable(failure.message) }
    }
  }

  private func unusable(_ problem: String) -> Failure {
    Failure.refused(
      "the reset was not installed: \(problem)",
      hint: "planectl trust reset-log \(log.planeName) drafts one of the log as it is now")
  }
}
