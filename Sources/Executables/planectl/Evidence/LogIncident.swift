import Attestations
import MerkleLog
import PlaneContract
import Signing
import Wire

/// A log that contradicted itself, as the planes have written it down: somebody had seen entries that it did not have any more. The root
/// keys end it by a reset of the log; what was lost stays lost.
struct LogIncident: Sendable {
  struct Reset: Sendable {
    /// Of its payload: the same at every plane that took it.
    let digest: Digest?
    /// Entries of the head from which the log is believed again.
    let size: Int?
    let reason: String
    let issuedAt: String
  }

  /// Whose log it is.
  let plane: Role
  /// In what way it contradicted itself, each once: `fork`, `shrink`, `changed_past`.
  private(set) var kinds: [String] = []
  /// How many entries are gone: the most that any plane says; nil where none can tell.
  private(set) var missing: Int?
  /// When it was first noticed.
  private(set) var since: Timestamp
  /// Nil while the log is in dispute.
  private(set) var reset: Reset?
  /// Where that is written down.
  private(set) var evidence: [EvidenceID] = []

  fileprivate init(of plane: Role, since: Timestamp) { (self.plane, self.since) = (plane, since) }

  fileprivate mutating func dispute(_ entry: UnverifiedEntry, _ id: EvidenceID) {
    add(kinds: entry.data["dispute"]?.string.map { [$0] } ?? [], missing: entry.data["missing"]?.int, evidence: [id])
  }

  fileprivate mutating func end(_ entry: UnverifiedEntry, _ id: EvidenceID) {
    reset = Reset(
      digest: entry.attestation, size: entry.data["size"]?.int, reason: entry.data["reason"]?.string ?? "",
      issuedAt: entry.data["issued_at"]?.string ?? "")
    add(kinds: [], missing: nil, evidence: [id])
  }

  private mutating func add(kinds: [String], missing: Int?, evidence: [EvidenceID]) {
    self.kinds += kinds.filter { !self.kinds.contains($0) }
    self.missing = [self.missing, missing].compactMap(\.self).max()
    self.evidence += evidence
  }

  /// What several planes tell, each incident once and by time.
  static func merged(_ told: [LogIncident]) -> [LogIncident] {
    var merged: [LogIncident] = []
    for incident in told {
      guard let index = merged.firstIndex(where: { $0.isTheSame(as: incident) }) else {
        merged.append(incident)
        continue
      }
      merged[index].since = min(merged[index].since, incident.since)
      merged[index].add(kinds: incident.kinds, missing: incident.missing, evidence: incident.evidence)
    }
    return merged.sorted { $0.since < $1.since }
  }

  private func isTheSame(as other: LogIncident) -> Bool {
    plane == other.plane && (reset == nil) == (other.reset == nil) && reset?.digest == other.reset?.digest
  }
}

extension LogIncident {
  var sentence: String {
    let words = kinds.map { $0.replacing("_", with: " ") } + ["told by \(tellers.joined(separator: ", "))"]
    let way = " (\(words.joined(separator: "; ")))"
    guard let reset else {
      return "\(plane.planeName)'s log is in dispute since \(since.wholeSeconds)\(way): \(loss)"
    }
    let end = reset.size.map { " from \($0) entries on" } ?? ""
    return
      "\(plane.planeName)'s log was in dispute on \(since.wholeSeconds)\(way): \(loss). "
      + "The root keys let it be believed again\(end), at \(reset.issuedAt): \(reset.reason)"
  }

  /// Names of the planes that have written it down.
  private var tellers: [String] {
    evidence.map { String($0.origin.description.drop { $0 != "/" }.dropFirst()) }.reduce(into: []) { names, name in
      if !names.contains(name) { names.append(name) }
    }
  }

  private var loss: String {
    switch missing {
    case nil: "how many of its entries are gone nobody can tell"
    case 1: "1 entry that other planes had seen is gone"
    case .some(let count): "\(count) entries that other planes had seen are gone"
    }
  }

  var fields: JSONObject {
    let reset = reset.map { reset in
      JSONValue.object([
        "size": reset.size.map { .init($0) } ?? .null, "reason": .string(reset.reason),
        "issued_at": .string(reset.issuedAt), "digest": .init(reset.digest?.description),
      ])
    }
    return [
      "record": "log_incident", "plane": .string(plane.planeName), "in_dispute": .bool(self.reset == nil),
      "disputes": .init(kinds), "missing": missing.map { .init($0) } ?? .null,
      "since": .string(since.attestationText), "reset": reset ?? .null, "evidence": .init(evidence.map(\.description)),
    ]
  }
}

/// What one plane's log says of logs that contradicted themselves, its own or others', in its order.
struct IncidentEntries: Sendable {
  /// More than any root keys will ever have to settle.
  static let maximumCount = 1000

  private let teller: KnownLog
  private let planes: [String: Role]
  private var ended: [LogIncident] = []
  private var open: [Role: LogIncident] = [:]

  init(in teller: KnownLog, root: VerifiedTrustRoot) {
    self.teller = teller
    planes = Home.planes.reduce(into: [:]) { planes, plane in
      planes[EvidenceOrigin(rootDigest: root.originDigest, plane: plane.planeName).description] = plane
    }
  }

  var all: [LogIncident] { ended + open.values.sorted { $0.since < $1.since } }

  /// Takes the next entry of the log, whatever it is about.
  mutating func take(_ entry: UnverifiedEntry) throws {
    let event = EvidenceEvent(rawValue: entry.event)
    guard event == .logDisputed || event == .logResetAccepted,
      let plane = entry.data["log"]?.string.flatMap({ planes[$0] })
    else { return }
    var incident = open.removeValue(forKey: plane) ?? LogIncident(of: plane, since: entry.time)
    guard event == .logResetAccepted else {
      incident.dispute(entry, teller.id(of: entry.index))
      open[plane] = incident
      return
    }
    guard ended.count < Self.maximumCount else {
      throw Failure.unverified("\(teller.plane.planeName)'s log tells of more than \(Self.maximumCount) resets")
    }
    incident.end(entry, teller.id(of: entry.index))
    ended.append(incident)
  }
}
