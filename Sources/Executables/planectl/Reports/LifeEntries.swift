import Attestations
import MerkleLog
import Wire

/// One thing that happened to a model as a log has it, or a run of the same quiet thing: windows of a model that behaves.
struct LifeItem: Sendable {
  let first: UnverifiedEntry
  fileprivate(set) var last: UnverifiedEntry
  fileprivate(set) var count = 1

  init(_ entry: UnverifiedEntry) { (first, last) = (entry, entry) }
}

/// What one log says about one model, in the order of the log. Windows without a finding are counted and not kept, so that years
/// of them fit.
struct LifeEntries: Sendable {
  /// More than anybody reads, and more than any model was given in good faith.
  static let maximumCount = 10_000
  private static let quiet: Set<String> = [
    EvidenceEvent.observationAccepted.rawValue, EvidenceEvent.driftChecked.rawValue,
  ]

  let model: ModelID
  private(set) var items: [LifeItem] = []
  /// Where the runs stand that nothing else has ended, by event and environment.
  private var runs: [[String]: Int] = [:]

  init(of model: ModelID) { self.model = model }

  /// Takes the next entry of the log, whatever it is about.
  mutating func take(_ entry: UnverifiedEntry) throws {
    guard entry.data["model_id"]?.string == model.text else { return }
    guard Self.quiet.contains(entry.event) else {
      runs = [:]
      return try add(entry)
    }
    let run = [entry.event, entry.data["environment"]?.string ?? ""]
    if let index = runs[run] {
      items[index].last = entry
      items[index].count += 1
    } else {
      runs[run] = items.count
      try add(entry)
    }
  }

  private mutating func add(_ entry: UnverifiedEntry) throws {
    guard items.count < Self.maximumCount else {
      throw Failure.refused(
        "the log has more than \(Self.maximumCount) entries about \(model), too many for a report",
        hint: "planectl log PLANE --model \(model) prints them all")
    }
    items.append(LifeItem(entry))
  }
}
