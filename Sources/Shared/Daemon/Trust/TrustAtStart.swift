import Attestations
import Logging
import Storage

/// Which root a plane starts with. What it accepted before stays in force whatever the folder lacks, because it proves itself; a
/// folder that contradicts it is refused. A plane without a record has nothing to fall back on: its folder must hold as a whole.
struct TrustAtStart {
  let root: VerifiedTrustRoot
  private let news: [VerifiedTrustRoot]
  private let fault: String?

  init(_ config: PlaneConfig, database: PlaneDatabase) throws {
    let accepted = try database.readNow { try TrustRootStore().envelopes(in: $0) }
    var walk = try TrustRootWalk(
      folder: TrustRootFolder(path: config.trustRoot), pinned: config.trustRootDigest, accepted: accepted)
    try walk.checkRecord()
    var fault = try walk.missing()
    do { try walk.goOn() } catch  where !accepted.isEmpty { fault = "\(error)" }
    (root, news, self.fault) = (walk.chain.latest, walk.news, fault)
  }

  /// Puts what is new on record, and says what is wrong with the folder.
  func settle(in context: PlaneContext) async throws {
    try await context.accept(news)
    guard let fault else { return }
    context.trust.report(fault)
    context.logger.critical(
      "the folder of trust roots is not as it should be",
      metadata: ["in_force": "\(root.version)", "problem": "\(fault)"])
  }
}
