import Attestations
import Daemon
import PlaneContract
import Signing
import WeightsDigest
import Wire

/// One deployer's wish on its way through the gates. The weights are read only after every other gate has passed.
struct DeployAttempt: Sendable {
  let service: DeploymentService
  let body: ModelDeploy
  let request: AdmittedRequest

  private var question: GateQuestion {
    GateQuestion(
      modelID: body.modelID, environment: body.environment, scope: body.scope, approvalID: body.approvalID)
  }

  /// The approval under which the weights may be read.
  func approvedForReading() async throws -> (HeldApproval, EnvironmentName) {
    let root = request.root
    let candidates = try await service.index.candidates(of: body.modelID, under: root)
    let now = service.context.clock.now()
    let (candidate, results) = service.decisions.choose(question, from: candidates, deployed: nil, root: root, now: now)
    guard results.allPassed, let held = candidate?.verified, let environment = body.environment else {
      throw denied(results + [Self.notRead], candidate?.verified, root)
    }
    try await recheck(held, under: root, weights: Self.notRead)
    return (held, environment)
  }

  private static let notRead = GateResult.fail(.weights, "not read: other gates failed")

  /// The stored copy of exactly the approved bytes: from the path that was named, or from the store. What a loader would read in
  /// them is checked too.
  func read(_ held: HeldApproval, _ id: WeightsID, reporting progress: DeployProgress) async throws -> StoredWeights {
    do {
      let stored = try await stored(id, reporting: progress)
      try await service.weights.checkFormat(stored)
      return stored
    } catch let error as WeightsStoreError {
      if case .insufficientSpace = error { throw Refusal(.unavailable, "\(error)") }
      throw denied(held, "\(error)")
    } catch let error as TooMuchBlockingWork {
      throw Refusal(.overloaded, "\(error)")
    } catch let error as FileSystemError where error.isOutOfSpace {
      throw Refusal(.unavailable, "the store has no space left: \(error)")
    } catch let error as FileSystemError { throw denied(held, "\(error)") } catch let error as WeightsError {
      throw denied(held, "\(error)")
    } catch let error as WeightsRootsError { throw denied(held, "\(error)") } catch let error as UnsoundWeights {
      throw denied(held, "\(error)")
    }
  }

  private func stored(_ id: WeightsID, reporting progress: DeployProgress) async throws -> StoredWeights {
    guard let path = body.weightsPath else {
      return try await service.weights.verified(id, reporting: progress.report)
    }
    return try await service.weights.ingest(
      path: path, expecting: id, under: service.roots, reporting: progress.report)
  }

  /// Copying takes time, and a revocation or another trust root may have come: the deployer's role and the gates again, just before
  /// the switch, with the approval as it is stored now. Returns the root that allowed it.
  func recheck(_ held: HeldApproval) async throws -> VerifiedTrustRoot {
    let root = service.context.root
    guard request.isPermitted(under: root) else {
      throw Refusal(.forbidden, "\(request.sender.id) may not deploy any more under trust root version \(root.version)")
    }
    try await recheck(held, under: root, weights: .pass(.weights, "the bytes are the approved ones"))
    return root
  }

  private func recheck(_ held: HeldApproval, under root: VerifiedTrustRoot, weights: GateResult) async throws {
    let current = try await service.index.stored(held.digest, of: body.modelID, under: root)
    let results = service.decisions.evaluate(current, question, root: root, now: service.context.clock.now())
    guard results.allPassed else { throw denied(results + [weights], current?.verified, root) }
  }

  private func denied(_ held: HeldApproval, _ problem: String) -> Refusal {
    let (root, now) = (request.root, service.context.clock.now())
    let results = service.decisions.evaluate(ApprovalCandidate(held), question, root: root, now: now)
    return denied(results + [.fail(.weights, problem)], held, root)
  }

  private func denied(_ gates: [GateResult], _ held: HeldApproval?, _ root: VerifiedTrustRoot) -> Refusal {
    let now = service.context.clock.now()
    let decision = service.decisions.decision(question, held, gates, for: request, root: root, now: now)
    let told = try? decision.tree().object
    return Refusal(.denied, "\(body.modelID) may not be deployed: \(gates.failures)", decision: told)
  }
}
