import Attestations
import Ledger
import Logging
import MerkleLog
import ServiceLifecycle
import Signing
import Storage
import UnixSignals
import Wire

/// SIGHUP: looks into the folder for the next versions of the trust root. What follows is accepted, on record and in the evidence,
/// before it is in force; what does not is reported, and the old root stays in force.
struct TrustReload: Service {
  let context: PlaneContext
  let role: Role
  let folder: TrustRootFolder
  let pinned: Digest
  /// What the plane does about a new root.
  let changed: @Sendable () async throws -> Void

  func run() async throws {
    let signals = await UnixSignalsSequence(trapping: .sighup)
    for await _ in signals.cancelOnGracefulShutdown() { await reload() }
  }

  func reload() async {
    do {
      let walk = try await look()
      try await context.accept(walk.roots, fault: walk.fault)
      report(walk.fault)
      if !walk.roots.isEmpty { try await changed() }
    } catch { report("\(error)") }
    // After the roots: whose word counts is for the newest to say.
    if let fault = await LogResetIntake(context: context, folder: folder).take(), context.trust.fault == nil {
      context.trust.report(fault)
    }
  }

  private func report(_ fault: String?) {
    context.trust.report(fault)
    guard let fault else { return }
    context.logger.critical(
      "the trust root was not changed as the folder has it",
      metadata: ["in_force": "\(context.root.version)", "problem": "\(fault)"])
  }

  /// The roots to accept, and what keeps others from being accepted.
  private func look() async throws -> (roots: [VerifiedTrustRoot], fault: String?) {
    let accepted = try await context.database.read { try TrustRootStore().envelopes(in: $0) }
    var walk = try TrustRootWalk(folder: folder, pinned: pinned, accepted: accepted)
    try walk.checkRecord()
    var fault = try walk.missing()
    do { try walk.goOn() } catch { fault = "\(error)" }
    let roots = walk.news
    // Under a root that gives this plane another key, nobody would believe what it signs.
    if let newest = roots.last, newest.holder(of: context.signer.publicKey)?.holds(role) != true {
      return (
        [], "version \(newest.version) gives this plane another key; put that key in place and start the plane again"
      )
    }
    return (roots, fault)
  }
}

extension PlaneContext {
  /// Puts proved roots on record, each with evidence, and then the newest in force.
  ///
  /// - Parameter fault: what is wrong with the folder beyond them.
  package func accept(_ roots: [VerifiedTrustRoot], fault: String? = nil) async throws {
    guard let newest = roots.last else { return }
    // A plane that may have to refuse a thief's key must not wait for room on the disk.
    try await commit(mayUseReserve: true) { [self] database in
      for root in roots {
        try TrustRootStore().insert(root, acceptedAt: clock.now(), in: database)
        try record(
          .trustRootAccepted,
          [
            "version": .init(root.version), "digest": .string(root.digest.description),
            "expires_at": .string(root.root.expiresAt.attestationText),
          ], attestation: root.digest, in: database)
      }
    }
    trust.advance(to: newest, fault: fault)
    logger.notice("trust root accepted", metadata: ["version": "\(newest.version)", "digest": "\(newest.digest)"])
  }
}
