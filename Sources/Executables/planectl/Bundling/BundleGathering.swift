import Attestations
import Bundles
import MerkleLog
import PlaneContract
import Signing
import Wire

/// What was gathered, and what could not be had.
struct GatheredPapers {
  let bundle: UnverifiedBundle
  let gaps: [BundleGap]
}

/// Collects the papers of an approval from the three planes. Everything is verified here, and what does not verify is left out: a bundle
/// carries only signatures that are right.
struct BundleGathering {
  let session: Session
  let trust: (newest: VerifiedTrustRoot, envelopes: [UnverifiedEnvelope])

  private var root: VerifiedTrustRoot { trust.newest }

  func papers(of id: String) async throws -> GatheredPapers {
    let (answer, verified, proven) = try await ApprovalDirectory(session: session).verifiedApproval(named: id)
    guard proven.held.isSignedByGovernance else {
      let id = proven.held.predicate.approvalID
      throw Failure.refused(
        "\(id) is \(answer.value.status.rawValue): it has papers once enough have signed it",
        hint: "planectl show \(id) says who has")
    }
    var gaps: [BundleGap] = []
    var evidence: [BundledEvidence] = []
    let listed = await attempt("the lease and the revocations", &gaps) { try await revocations() }
    let logs = LogSearch(session: session, root: root)
    evidence +=
      await attempt("training's evidence", &gaps) {
        try await logs.training(of: verified.training)
      } ?? []
    evidence +=
      await attempt("governance's evidence", &gaps) {
        try await logs.approval(proven.approval)
      } ?? []
    let promotion = await attempt("the deployment", &gaps) { try await deployment(of: proven.approval, logs) }
    if case .some(nil) = promotion {
      gaps.append(BundleGap(kind: .none, sentence: "a promotion: serving has not deployed it"))
    }
    evidence += promotion??.evidence ?? []
    let bundle = UnverifiedBundle(
      trustRoots: try soundRoots(), trainingOutput: verified.training.attested.envelope,
      approval: proven.approval.envelope, promotion: promotion??.promotion, lease: listed?.lease,
      revocations: listed?.revocations ?? [], evidence: evidence, exportedAt: Timestamp.now().wholeSeconds)
    return GatheredPapers(bundle: bundle, gaps: gaps)
  }

  /// Nil and a gap where a plane could not be asked, its log lacks it, or what it answered is not to be believed.
  private func attempt<Value>(
    _ papers: String, _ gaps: inout [BundleGap], _ body: () async throws -> Value
  ) async -> Value? {
    do { return try await body() } catch {
      let failure = Failure(explaining: error)
      let kind: BundleGap.Kind = failure.status == .unreachable ? .away : error is UnsignedYet ? .young : .lacking
      gaps.append(BundleGap(kind: kind, sentence: "\(papers): \(failure.message)"))
      return nil
    }
  }

  /// Each with the signatures that are right, in the order of versions.
  private func soundRoots() throws -> [UnverifiedEnvelope] {
    var keys: [PublicKey] = []
    return try trust.envelopes.map { envelope in
      let own = try TrustRootDraft(StrictJSON.parse(envelope.payload)).rootKeys
      defer { keys = own }
      return try envelope.verified(as: .trustRoot, by: own + keys).envelope
    }
  }
}

// Revocations, with the lease that counts them.
extension BundleGathering {
  struct Listed {
    let revocations: [UnverifiedEnvelope]
    let lease: UnverifiedEnvelope?
  }

  /// Another revocation may come between two pages.
  private static let attempts = 3

  /// By governance, whose lease is the newest; where it cannot be asked, by serving.
  private func revocations() async throws -> Listed {
    do { return try await revocations(by: .governance) } catch let failure as Failure
      where failure.status == .unreachable
    { return try await revocations(by: .serving) }
  }

  private func revocations(by plane: Role) async throws -> Listed {
    for _ in 1...Self.attempts {
      let (items, lease) = try await pages(plane)
      guard let lease else { return Listed(revocations: try items.map(sound), lease: nil) }
      let attested = try lease.attested(Lease.self, by: root.keys(of: .governance))
      if attested.predicate.names(RevocationChain(items.map(\.payloadDigest))) {
        return Listed(revocations: try items.map(sound), lease: attested.envelope)
      }
    }
    throw Failure.unverified("\(plane.planeName)'s lease names other revocations than it lists")
  }

  private func pages(_ plane: Role) async throws -> ([UnverifiedEnvelope], UnverifiedEnvelope?) {
    var (items, after): ([UnverifiedEnvelope], Digest?) = ([], nil)
    while items.count <= BundleLimits.revocations {
      let page: Answer<RevocationPage> = try await session.ask(
        plane, .revocationList, RevocationList(after: after).fields)
      items += page.value.items
      guard let next = page.value.next else { return (items, page.value.lease) }
      guard !page.value.items.isEmpty, after.map({ $0 < next }) ?? true else {
        throw Failure.unverified("\(plane.planeName)'s list of revocations does not go on: a page repeats or is empty")
      }
      after = next
    }
    throw Failure.refused("there are more revocations than a bundle can hold, \(BundleLimits.revocations)")
  }

  private func sound(_ revocation: UnverifiedEnvelope) throws -> UnverifiedEnvelope {
    try revocation.verified(
      as: .statement, by: root.keysEver(of: .approver) + root.keysEver(of: .governance)
    ).envelope
  }
}

// What runs by it.
extension BundleGathering {
  struct Deployed {
    let promotion: UnverifiedEnvelope
    let evidence: [BundledEvidence]
  }

  /// The newest deployment; nil where there was none.
  private func deployment(of approval: Attested<ModelApproval>, _ logs: LogSearch) async throws -> Deployed? {
    guard let entry = try await logs.newestDeployment(of: approval), let digest = entry.attestation else { return nil }
    let answer: Answer<FoundAttestation> = try await session.ask(
      .serving, .attestationGet, AttestationGet(digest: digest).fields)
    let promotion = try answer.value.attestation.attested(PromotionResult.self, by: root.keysEver(of: .serving))
    let name = promotion.predicate.record.evidenceEntryID
    guard let intent = name.split(separator: "#").last.flatMap({ Int($0) }) else {
      throw Failure.unverified("the promotion names no entry as its intent: \(name.clipped(200))")
    }
    let evidence = [try await logs.proof(.serving, intent), try await logs.proof(.serving, entry.index)]
    return Deployed(promotion: promotion.envelope, evidence: evidence)
  }
}
