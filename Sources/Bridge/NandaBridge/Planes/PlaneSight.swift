import AgentFacts
import Attestations
import Logging
import PlaneContract
import ServiceLifecycle
import Wire

/// What the bridge sees of the two planes, looked at again and again: which approvals are in force, what runs, and which models to look
/// at anew.
struct PlaneSight: Sendable {
  /// Governance's list is read again at most for this part of the time.
  private static let listingShare = 20

  let governance: GovernanceReading
  let serving: ServingReading
  let trust: FollowedTrust
  let papers: PaperStore
  let logger: Logger

  private(set) var approvals = ApprovalShelf()
  private(set) var deployments: [DeploymentSummary] = []
  private(set) var governanceWatch = PlaneWatch()
  private(set) var servingWatch = PlaneWatch()
  /// By which it was last looked.
  private(set) var rootVersion = 0
  /// Changes with everything that decides who is listed.
  private(set) var revision = 0
  private var nextListing = ContinuousClock.now
  /// Planes that could not be read when they were looked at last.
  private var away: Set<Role> = []

  init(governance: GovernanceReading, serving: ServingReading, trust: FollowedTrust, papers: PaperStore, logger: Logger)
  {
    self.governance = governance
    self.serving = serving
    self.trust = trust
    self.papers = papers
    self.logger = logger
  }

  /// One look. Returns the models of which the serving plane has something new to say; nil for all of them.
  func renewed() async -> (sight: PlaneSight, touched: Set<ModelID>?) {
    var sight = self
    let hasNewRoot = await trust.follow(now: .now())
    if hasNewRoot {
      sight.governanceWatch.doubt()
      sight.servingWatch.doubt()
    }
    sight.rootVersion = trust.root.version
    await sight.lookAtGovernance()
    let touched = await sight.lookAtServing()
    return (sight, touched)
  }

  private mutating func lookAtGovernance() async {
    do {
      try await readGovernance()
      noteBack(.governance)
    } catch {
      governanceWatch.note(error)
      noteAway(.governance, because: error)
    }
  }

  private mutating func readGovernance() async throws {
    governanceWatch.note(try await governance.status(), at: .now())
    guard governanceWatch.hasNews, .now >= nextListing else { return }
    let start = ContinuousClock.now
    let listed = try await governance.activeApprovals()
    // The list alone is read again and again; papers are read once, and are not what is to be spared.
    nextListing = ContinuousClock.now + (ContinuousClock.now - start) * Self.listingShare
    approvals = try await approvals.refreshed(listed, from: governance, papers, root: trust.root, logger: logger)
    revision += 1
    governanceWatch.read()
  }

  private mutating func lookAtServing() async -> Set<ModelID>? {
    do {
      let touched = try await readServing()
      noteBack(.serving)
      return touched
    } catch {
      servingWatch.note(error)
      noteAway(.serving, because: error)
      return []
    }
  }

  private mutating func readServing() async throws -> Set<ModelID>? {
    servingWatch.note(try await serving.status(), at: .now())
    guard servingWatch.hasNews else { return [] }
    deployments = try await serving.deployments()
    revision += 1
    var touched: Set<ModelID>?
    if let first = servingWatch.entriesRead {
      touched = try await serving.modelsTouched(since: first, upTo: servingWatch.entries)
    }
    servingWatch.read()
    return touched
  }

  private mutating func noteAway(_ plane: Role, because error: any Error) {
    guard away.insert(plane).inserted else { return }
    logger.warning("a plane does not answer", metadata: ["plane": "\(plane.planeName)", "error": "\(error)"])
  }

  private mutating func noteBack(_ plane: Role) {
    guard away.remove(plane) != nil else { return }
    logger.notice("a plane answers again", metadata: ["plane": "\(plane.planeName)"])
  }
}
