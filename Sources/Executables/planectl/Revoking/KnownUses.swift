import Attestations
import PlaneContract
import Signing
import Wire

/// What governance has approved and what serving has ever deployed. A revocation takes both, because a plane that lies, or that
/// misses something, hides only what the other one does not know either.
struct KnownUses: Sendable {
  /// Proposals and approvals of every status; what nobody has proposed is none.
  let approvals: [ApprovalSummary]
  /// All that ever ran.
  let deployments: [DeploymentSummary]
  /// Why a plane could not be asked.
  let failures: [Role: Failure]

  init(approvals: [ApprovalSummary], deployments: [DeploymentSummary], failures: [Role: Failure] = [:]) {
    self.approvals = approvals.filter { $0.approvalID != nil && $0.status != .submitted }
    self.deployments = deployments
    self.failures = failures
  }

  /// Asks both planes, and keeps why one of them did not answer.
  init(askedBy session: Session) async {
    async let served = Self.asking { try await Deployment(session: session).list(history: true) }
    async let approved = Self.asking { try await ApprovalDirectory(session: session).all() }
    let (deployments, approvals) = (await served, await approved)
    var failures: [Role: Failure] = [:]
    if case .failure(let failure) = deployments { failures[.serving] = failure }
    if case .failure(let failure) = approvals { failures[.governance] = failure }
    self.init(
      approvals: (try? approvals.get()) ?? [], deployments: (try? deployments.get()) ?? [], failures: failures)
  }

  private static func asking<Item: Sendable>(
    _ list: @Sendable () async throws -> [Item]
  ) async -> Result<[Item], Failure> {
    do { return .success(try await list()) } catch { return .failure(Failure(explaining: error)) }
  }

  var targets: [RevocationTarget] {
    approvals.map {
      RevocationTarget(modelID: $0.modelID, weightsHash: $0.weightsHash, approvalID: $0.approvalID)
    }
      + deployments.map {
        RevocationTarget(modelID: $0.modelID, weightsHash: $0.weightsHash, approvalID: $0.approvalID)
      }
  }

  /// Every approval of these weights is revoked, and serving does not run them still.
  func isRevoked(_ weights: Digest) -> Bool {
    let own = approvals.filter { $0.weightsHash == weights }
    return !own.isEmpty && own.allSatisfy { $0.status == .revoked } && running(weights).isEmpty
  }

  /// Approvals that a revocation of these weights ends. What only serving knows counts as alive.
  func living(_ weights: Digest) -> [ApprovalID] {
    let known = Set(approvals.compactMap(\.approvalID))
    let alive = approvals.filter { $0.weightsHash == weights && [.active, .pending].contains($0.status) }
    let unlisted = deployments.filter { $0.weightsHash == weights && !known.contains($0.approvalID) }
    var seen: Set<ApprovalID> = []
    return (alive.compactMap(\.approvalID) + unlisted.map(\.approvalID)).filter { seen.insert($0).inserted }
  }

  func running(_ weights: Digest) -> [DeploymentSummary] {
    deployments.filter { $0.weightsHash == weights && $0.isServed }
  }
}

extension DeploymentSummary {
  /// It answers for the model still, be it that its end was ordered.
  var isServed: Bool { state == .deployed || state == .undeploying }
}

// What is said of planes that could not be asked.
extension KnownUses {
  /// A line for each of them.
  var gaps: [String] {
    let uncovered: [(Role, String)] = [
      (.governance, "approvals that were never deployed are not covered"),
      (.serving, "what it runs and governance-plane does not list is not covered"),
    ]
    return uncovered.compactMap { plane, gap in
      failures[plane].map { failure in
        "\(plane.planeName) \(failure.status == .unreachable ? "is away" : "cannot be believed or asked"): "
          + "\(gap); give --weights-hash H"
      }
    }
  }

  func noSuch(_ text: String) -> Failure {
    let message = "no approval or deployment is called \(text)"
    guard failures.isEmpty else {
      let reasons = Home.planes.compactMap { failures[$0]?.message }
      return Failure(
        .unreachable, "\(message), as far as can be known", details: reasons,
        hint: "ask again once both planes answer, or say which weights with --weights-hash H")
    }
    return Failure(
      .refused, message, hint: "planectl approvals lists them; weights that nobody approved need --weights-hash",
      body: Refusal(.notFound, message).body)
  }
}
