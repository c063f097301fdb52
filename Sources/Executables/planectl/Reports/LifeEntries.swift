import Attestations
import MerkleLog
import PlaneContract
import Wire

/// One thing that happened to a model as a log has it, or a run of the same small thing: windows, checks that found nothing, one
/// caller's refusals.
struct LifeItem: Sendable {
  let first: UnverifiedEntry
  fileprivate(set) var last: UnverifiedEntry
  fileprivate(set) var count = 1

  init(_ entry: UnverifiedEntry) { (first, last) = (entry, entry) }
}

/// What one log says about one model, in the order of the log. Windows, checks that found nothing and refusals are counted and not
/// kept, so that years of them fit and nobody can fill a report by asking for what is denied.
struct LifeEntries: Sendable {
  /// More than anybody reads, and more than any model was given in good faith.
  static let maximumCount = 10_000
  private static let quiet: Set<String> = [
    EvidenceEvent.observationAccepted.rawValue, EvidenceEvent.driftChecked.rawValue,
    EvidenceEvent.requestRefused.rawValue,
  ]

  let model: ModelID
  private(set) var items: [LifeItem] = []
  /// Of the model, as far as the log was read.
  private var weights: Set<String> = []
  /// Where the runs stand that nothing else has ended, by what their entries have in common.
  private var runs: [[String]: Int] = [:]

  init(of model: ModelID) { self.model = model }

  /// Takes the next entry of the log, whatever it is about.
  mutating func take(_ entry: UnverifiedEntry) throws {
    guard isOfModel(entry), Self.isOfLife(entry) else { return }
    if let hash = entry.data["weights_hash"]?.string { weights.insert(hash) }
    guard Self.quiet.contains(entry.event) else {
      runs = [:]
      return try add(entry)
    }
    let run = Self.run(of: entry)
    if let index = runs[run] {
      items[index].last = entry
      items[index].count += 1
    } else {
      runs[run] = items.count
      try add(entry)
    }
  }

  /// Windows and checks by environment. Refusals by who was refused what: where to, the caller makes up.
  private static func run(of entry: UnverifiedEntry) -> [String] {
    let isRefusal = entry.event == EvidenceEvent.requestRefused.rawValue
    let members = isRefusal ? ["principal", "kind", "code"] : ["environment"]
    return [entry.event] + members.map { entry.data[$0]?.string ?? "" }
  }

  /// A revocation ends the use of weights, under whatever name somebody revoked them.
  private func isOfModel(_ entry: UnverifiedEntry) -> Bool {
    let isOfWeights = entry.event == EvidenceEvent.modelApprovalRevoked.rawValue
    return entry.data["model_id"]?.string == model.text
      || isOfWeights && entry.data["weights_hash"]?.string.map(weights.contains) == true
  }

  /// A question that was refused, as of somebody who may not ask, is nothing that happened to the model.
  private static func isOfLife(_ entry: UnverifiedEntry) -> Bool {
    guard entry.event == EvidenceEvent.requestRefused.rawValue else { return true }
    let kind = entry.data["kind"]?.string.flatMap(MessageKind.init(rawValue:))
    return kind == .modelDeploy || kind == .modelUndeploy
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
