import ArgumentParser
import Attestations
import PlaneContract
import Signing
import Wire

struct DiffTrust: Command {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Say what the draft changes, and what the planes would deny and undeploy under it.",
    discussion: """
      Approvals are asked of the governance plane and deployments of the serving plane, and judged here under both roots. A \
      plane that cannot be asked is named: what it holds is then not in the preview.
      """)

  @Option(
    help: ArgumentHelp(
      "The draft of the next trust root. Otherwise next.root.json beside the installed ones.", valueName: "file"),
    completion: .file())
  var draft: String?

  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  /// What the planes would do otherwise, as far as they could be asked.
  private struct Effects {
    var denied: [TrustPreview.Denial] = []
    var undeployed: [(DeploymentSummary, String)] = []
    var unreadable: [String] = []
    var unreachable: [(Role, String)] = []
  }

  func perform() async throws {
    let home = try Home.find(caller.identity.homeOptions)
    let file = DraftFile(home: home, path: AbsolutePath.of(draft ?? "\(home.trust)/next.root.json"))
    let installed = try home.trustRoot()
    let verdict = DraftVerdict(try file.existing(), after: installed)
    let next = try verdict.next()
    let digest = verdict.digest(of: next)
    let changes = TrustChanges(from: installed.root, to: next.root).sentences
    let effects = await effects(TrustPreview(installed: installed, next: next))
    try console.answer(body(changes, effects, next, digest)) { lines(changes, effects, next, digest) }
    for (plane, problem) in effects.unreachable {
      Console.message("\(plane.planeName) could not be asked; what it holds is not in this preview: \(shown(problem))")
    }
    for problem in effects.unreadable { Console.message("not in this preview: \(shown(problem))") }
  }

  private func effects(_ preview: TrustPreview) async -> Effects {
    var effects = Effects()
    do {
      let session = try Session(caller, asking: .governance, for: .approvalList)
      try await addDenied(session, preview, to: &effects)
    } catch { effects.unreachable.append((.governance, Failure(explaining: error).message)) }
    do {
      let session = try Session(caller, asking: .serving, for: .deploymentList)
      for row in try await Deployment(session: session).list() where row.state == .deployed {
        let denial = effects.denied.first { $0.approvalID == row.approvalID && $0.environment == row.environment }
        if let denial { effects.undeployed.append((row, denial.reason)) }
      }
    } catch { effects.unreachable.append((.serving, Failure(explaining: error).message)) }
    return effects
  }

  private func addDenied(_ session: Session, _ preview: TrustPreview, to effects: inout Effects) async throws {
    let directory = ApprovalDirectory(session: session)
    for item in try await directory.all() where item.status == .active || item.status == .pending {
      guard let id = item.approvalID else { continue }
      let detail = try await directory.get(ApprovalGet(approvalID: id)).value
      do { effects.denied += try preview.denials(detail) } catch { effects.unreadable.append("\(id): \(error)") }
    }
  }

  private func body(
    _ changes: [String], _ effects: Effects, _ next: VerifiedTrustRoot, _ digest: Digest
  ) -> JSONObject {
    [
      "version": .init(next.version), "digest": .string(digest.description), "changes": .init(changes),
      "denied": .array(effects.denied.map { .object($0.body) }),
      "undeployed": .array(
        effects.undeployed.map { row, reason in
          [
            "model_id": row.modelID.json, "environment": row.environment.json, "approval_id": row.approvalID.json,
            "reason": .string(reason),
          ]
        }),
      "unreadable": .init(effects.unreadable), "unreachable": .init(effects.unreachable.map(\.0.planeName)),
    ]
  }

  private func lines(
    _ changes: [String], _ effects: Effects, _ next: VerifiedTrustRoot, _ digest: Digest
  ) -> [String] {
    let denied = effects.denied.map {
      "would deny \($0.modelID) in \($0.environment) under \($0.approvalID): \($0.reason)"
    }
    let undeployed = effects.undeployed.map { row, reason in
      "would undeploy \(row.modelID) in \(row.environment), once its grace is over: \(reason)"
    }
    let isWhole = effects.unreachable.isEmpty && effects.unreadable.isEmpty
    let none = isWhole ? ["nothing that is approved now would be denied"] : []
    return ["version \(next.version), \(digest)"] + changes.map(shown)
      + (denied.isEmpty ? none : denied.map(shown)) + undeployed.map(shown)
  }
}
