import AgentFacts
import Attestations
import Logging
import PlaneContract
import ServiceLifecycle
import Wire

/// Keeps the catalog true: looks at the planes again and again, tells followers of what has changed, and only then answers by it.
actor CatalogKeeper: Service {
  private let config: BridgeConfig
  private let governance: GovernanceReading
  private let serving: ServingReading
  private let trust: FollowedTrust
  private let deltas: DeltaLog
  private let catalog: Catalog
  private let logger: Logger

  private var approvals = ApprovalShelf()
  private var decisions = DecisionShelf()
  private var deployments: [DeploymentSummary] = []
  private var governanceWatch = PlaneWatch()
  private var servingWatch = PlaneWatch()
  private var told: [AgentKey: ToldAgent]
  private var number = 0

  init(
    config: BridgeConfig, reader: Reader, trust: FollowedTrust, deltas: DeltaLog, catalog: Catalog, logger: Logger
  ) async throws {
    self.config = config
    self.trust = trust
    self.deltas = deltas
    self.catalog = catalog
    self.logger = logger
    governance = GovernanceReading(
      line: PlaneLine(.governance, socket: config.governanceSocket, reader: reader), reader: reader)
    serving = ServingReading(line: PlaneLine(.serving, socket: config.servingSocket, reader: reader), reader: reader)
    told = try await deltas.told()
  }

  func run() async throws {
    await cancelWhenGracefulShutdown { [self] in
      repeat {
        do { try await round() } catch {
          logger.error("the catalog could not be kept", metadata: ["error": "\(error)"])
        }
      } while (try? await Task.sleep(for: config.rhythm.poll)) != nil
    }
  }

  /// One look at everything.
  func round() async throws {
    if await trust.follow(now: .now()) { doubt() }
    await lookAtGovernance()
    await lookAtServing()
    // What has not been read to the end would look as if it were gone.
    if governanceWatch.wasRead { try await publish(at: .now()) }
  }

  private func doubt() {
    decisions.forget()
    governanceWatch.doubt()
    servingWatch.doubt()
  }

  private func lookAtGovernance() async {
    do {
      governanceWatch.note(try await governance.status(), at: .now())
      guard governanceWatch.hasNews else { return }
      approvals = try await approvals.refreshed(from: governance, root: trust.root.version, logger: logger)
      governanceWatch.read()
    } catch { fault(of: .governance, error, &governanceWatch) }
  }

  private func lookAtServing() async {
    do {
      servingWatch.note(try await serving.status(), at: .now())
      let hasNews = servingWatch.hasNews
      if hasNews { deployments = try await serving.deployments() }
      decisions = try await decisions.refreshed(
        wanted(at: .now()), olderThan: hasNews ? 0 : config.rhythm.decisionAge, from: serving,
        until: .now + config.rhythm.poll)
      servingWatch.read()
    } catch { fault(of: .serving, error, &servingWatch) }
  }

  private func fault(of plane: Role, _ error: any Error, _ watch: inout PlaneWatch) {
    if watch.fault == nil {
      logger.warning("a plane does not answer", metadata: ["plane": "\(plane.planeName)", "error": "\(error)"])
    }
    watch.note(error)
  }

  /// The questions to keep answered: of what is deployed first.
  private func wanted(at now: Timestamp) -> [(place: RunPlace, question: GateQuestion)] {
    let deployed = Set(deployments.map(\.approvalID))
    let all = approvals.models(at: now).values.compactMap { chosen($0) }.flatMap(\.questions)
    let first = all.filter { deployed.contains($0.place.approvalID) }
    let others = all.filter { !deployed.contains($0.place.approvalID) }
    return Array((first + others).prefix(config.rhythm.keptDecisions))
  }

  /// The approval that a model is told of by: what runs, else the newest.
  private func chosen(_ approvals: [ApprovedModel]) -> ApprovedModel? {
    let deployed = Set(deployments.map(\.approvalID))
    return approvals.first { deployed.contains($0.approval.approvalID) } ?? approvals.first
  }

  // MARK: Telling

  private func publish(at now: Timestamp) async throws {
    let models = standings(at: now)
    let writer = EntryWriter(config: config, now: now)
    let entries = models.map { writer.entry(of: $0) }
    let changes = try await Telling(told: told, agents: config.agents.map(\.key)).changes(entries, log: deltas)
    try await deltas.append(changes, at: now)
    for change in changes { told[change.key] = ToldAgent(action: change.action, fingerprint: change.fingerprint) }
    number += 1
    catalog.publish(
      CatalogSnapshot(
        number: number, builtAt: now, entries: entries, models: models, governance: governanceWatch,
        serving: servingWatch))
  }

  private func standings(at now: Timestamp) -> [ModelStanding] {
    let running = Dictionary(grouping: deployments, by: \.modelID)
    return approvals.models(at: now).values.compactMap { chosen($0) }.compactMap { approved in
      let found = approved.questions.compactMap { question in
        decisions.held[question.place].map { (question.place.environment, $0) }
      }
      // Serving may know of a revocation before governance does.
      guard !found.contains(where: { $0.1.isRevocation }) else { return nil }
      return ModelStanding(
        model: approved.modelID, approved: approved, decisions: Dictionary(found) { first, _ in first },
        deployments: running[approved.modelID] ?? [])
    }.sorted { $0.model.text < $1.model.text }
  }
}
