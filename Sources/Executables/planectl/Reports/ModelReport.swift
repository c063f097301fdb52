import Attestations
import MerkleLog
import PlaneContract
import Signing
import Wire

/// The life of a model as the three planes' logs have it, each log read whole and verified here.
struct ModelReport: Sendable {
  let model: ModelID
  let madeAt: Timestamp
  let root: VerifiedTrustRoot
  let stories: [PlaneStory]
  /// Planes whose log is not in the report, and why.
  let missing: [(plane: Role, failure: Failure)]
  /// Those of them that this user has no socket of, readers not being their audience: nothing is wrong with them.
  let closed: [Role]
  /// Logs that contradicted themselves, as the logs that were read tell.
  let incidents: [LogIncident]
  let events: [LifeEvent]
  let papers: SignedPapers

  /// Throws `Failure` when no plane could be read, or none of the logs tells of the model.
  init(of model: ModelID, _ session: Session) async throws {
    var stories: [PlaneStory] = []
    var missing: [(plane: Role, failure: Failure)] = []
    for plane in Home.planes {
      do { stories.append(try await PlaneStory(of: model, in: EvidenceLog(of: plane, session: session))) } catch {
        missing.append((plane, Failure(explaining: error)))
      }
    }
    if stories.isEmpty, let first = missing.first { throw first.failure }
    closed = missing.map(\.plane).filter { session.isShutOut(of: $0, for: .ledgerGet) && !Self.hasReaders($0) }
    events = LifeEvent.merged(stories)
    incidents = LogIncident.merged(stories.flatMap(\.incidents))
    (self.model, self.stories, self.missing, root, madeAt) = (model, stories, missing, session.root, .now())
    guard !events.isEmpty || !missing.isEmpty else {
      throw Failure(
        .refused, "no log tells of \(model)", details: incidents.map(\.sentence),
        hint: "planectl models lists what was ever trained")
    }
    papers = await SignedPapers(behind: events, model: model, session, at: madeAt)
  }

  /// Whether a plane has a socket that is there for reading.
  private static func hasReaders(_ plane: Role) -> Bool {
    SocketName.sockets(of: plane).contains { [.governanceRead, .servingRead].contains($0) }
  }

  /// What is not in the report by the host's own rules, and is no failure.
  var restriction: String? {
    guard !closed.isEmpty else { return nil }
    let names = closed.map(\.planeName).joined(separator: ", ")
    return "without the log of \(names), whose socket this user may not open; what it told governance is in the report"
  }

  /// Why the report is not whole, the gravest first: what does not verify, then what could not be read.
  var shortfall: Failure? {
    let doubts = stories.flatMap(\.witnesses.doubts).map { Failure.unverified("\($0.plane.planeName): \($0.reason)") }
    let disputes = incidents.filter { $0.reset == nil }.map { incident in
      Failure.unverified(
        incident.sentence, hint: "find out why; planectl trust reset-log \(incident.plane.planeName) begins to end it")
    }
    let failures = missing.filter { !closed.contains($0.plane) }.map(\.failure) + doubts + papers.doubts + disputes
    guard let gravest = failures.first(where: { $0.status == .unverified }) ?? failures.first else { return nil }
    let others = failures.count > 1 ? ", and \(failures.count - 1) more" : ""
    return Failure(
      gravest.status, "the report is not whole: \(gravest.message)\(others)", details: [], hint: gravest.hint)
  }

  /// Where the model runs, by the serving plane's log; nil when that was not read.
  var running: [LifeEvent]? {
    guard stories.contains(where: { $0.plane == .serving }) else { return nil }
    var places: [String: LifeEvent] = [:]
    for event in events where event.plane == .serving {
      guard let environment = event.environment else { continue }
      if event.item.first.event == EvidenceEvent.modelDeployment.rawValue { places[environment] = event }
      if event.item.first.event == EvidenceEvent.modelUndeployed.rawValue { places[environment] = nil }
    }
    return places.sorted { $0.key < $1.key }.map(\.value)
  }

  var revocations: [LifeEvent] { events.filter { $0.phase == .revocation } }

  /// One sentence each of what a reader wants to know first.
  var summary: [(name: String, value: String)] {
    [
      ("Runs", whereItRuns),
      ("Versions", "\(papers.versions.count)"),
      ("Approvals", "\(papers.approvals.count)"),
      ("Revoked", revocations.isEmpty ? "not in these logs" : Self.revoked(revocations)),
      ("Made", "\(madeAt.wholeSeconds), by trust root version \(root.version) (\(root.digest))"),
    ]
  }

  private var whereItRuns: String {
    guard let running else { return "not known: the serving plane's log was not read" }
    let places = running.isEmpty ? "nowhere" : running.map(Self.place).joined(separator: "; ")
    let isWhole = !incidents.contains { $0.plane == .serving }
    return isWhole ? places : "\(places), by what is left of the serving plane's log"
  }

  private static func place(_ event: LifeEvent) -> String {
    "in \(event.environment ?? "") since \(event.time.wholeSeconds), weights \(event.weights?.short ?? "unknown")"
  }

  /// Both planes have an entry of a revocation; an attestation is named once.
  private static func revoked(_ events: [LifeEvent]) -> String {
    var known: Set<Digest> = []
    return events.filter { $0.item.first.attestation.map { known.insert($0).inserted } ?? true }
      .map { "weights \($0.weights?.short ?? "unknown") at \($0.time.wholeSeconds), by \($0.who)" }
      .joined(separator: "; ")
  }
}

extension ModelReport {
  /// Of each event, in their order. Throws `Failure` where a plane does not prove what it has shown.
  func proofs(_ session: Session) async throws -> [[ProvenEntry]] {
    var proofs: [[ProvenEntry]] = []
    for event in events { proofs.append(try await event.proofs(session)) }
    return proofs
  }

  var fields: JSONObject {
    let running = running.map { events in
      JSONValue.array(
        events.map { event in
          .object([
            "environment": .init(event.environment), "since": .string(event.time.attestationText),
            "weights_hash": .init(event.weights?.description), "id": .string(event.id.description),
          ])
        })
    }
    return [
      "record": "model", "model_id": model.json, "made_at": .string(madeAt.attestationText),
      "trust_root_version": .init(root.version), "trust_root_digest": .string(root.digest.description),
      "running": running ?? .null,
    ]
  }
}
