import Attestations
import MerkleLog
import PlaneContract
import Signing
import Wire

/// What one plane's log says about a model. Every entry of the log was read and stands under the head that the plane has signed, so
/// nothing about the model was left out of what is shown.
struct PlaneStory: Sendable {
  let plane: Role
  let log: KnownLog
  let head: Checkpoint
  let witnesses: Witnesses
  let events: [LifeEvent]
  /// Logs that contradicted themselves, this one or others, as this one tells.
  let incidents: [LogIncident]

  /// Throws `Failure` when the plane does not answer, or its log does not hold.
  init(of model: ModelID, in log: EvidenceLog) async throws {
    let audit = try await LogVerification(of: log)
    var entries = LifeEntries(of: model)
    var incidents = IncidentEntries(in: log.known, root: log.session.root)
    try await audit.run(progress: EntryProgress(log.plane.planeName)) { entry in
      try entries.take(entry)
      try incidents.take(entry)
    }
    plane = log.plane
    self.log = log.known
    head = audit.head.checkpoint
    witnesses = audit.witnesses
    self.incidents = incidents.all
    events = entries.items.map { item in
      LifeEvent(
        item, plane: log.plane, id: log.known.id(of: item.first.index), audit.witnesses.covering(item.last.index))
    }
  }

  var fields: JSONObject {
    [
      "record": "log", "plane": .string(plane.planeName), "origin": .string(log.origin.description),
      "size": .init(head.size), "root": .string(head.root.description),
      "cosigned_by": .array(witnesses.latest.map { .object($0.fields) }), "not_heard": .init(witnesses.gaps),
    ]
  }
}

extension LifeEvent {
  /// Several planes' events in the order of their times. Those of one plane stay in the order of its log, whatever its clock did.
  static func merged(_ stories: [PlaneStory]) -> [LifeEvent] {
    var queues = stories.map { $0.events[...] }
    var merged: [LifeEvent] = []
    while let next = queues.indices.filter({ !queues[$0].isEmpty }).min(by: { time(queues[$0]) < time(queues[$1]) }) {
      merged.append(queues[next].removeFirst())
    }
    return merged
  }

  private static func time(_ queue: ArraySlice<LifeEvent>) -> Timestamp { queue.first?.time ?? .latest }
}
