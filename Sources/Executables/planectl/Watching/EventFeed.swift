import Attestations
import MerkleLog
import PlaneContract
import Signing
import Wire

/// The evidence of one plane, read on from where a follower left it. What is told stands under a head that the plane has signed, and its
/// past is the one that was told before.
struct EventFeed: Sendable {
  private let log: EvidenceLog
  private var reading: VerifiedReading?
  /// Of the events that were dealt with, and of what stood before them.
  private var past = MerkleFrontier()

  var plane: Role { log.plane }
  /// Behind the events that were dealt with.
  var place: LogPlace { LogPlace(size: past.size, root: past.root) }

  init(of plane: Role, session: Session) { log = EvidenceLog(of: plane, session: session) }

  /// Where it begins; once.
  ///
  /// - Parameter place: where an earlier follower stood; nil for none, and then the end of the log, or its first entry.
  /// - Throws: `Failure.unverified` when the log does not begin with what was read of it before.
  mutating func begin(at place: LogPlace?, fromStart: Bool) async throws {
    guard reading == nil else { return }
    let head = try await log.head()
    let size = place?.size ?? (fromStart ? 0 : head.checkpoint.size)
    guard size <= head.checkpoint.size else {
      throw changed("has \(head.checkpoint.size) entries, and \(size) were read before")
    }
    let beginning = try await VerifiedReading(of: log, from: size, under: head)
    guard place?.root == nil || place?.root == beginning.past.root else {
      throw changed("does not begin with the \(size) entries that were read before")
    }
    (reading, past) = (beginning, beginning.past)
  }

  /// The next events, as many as the plane gives at a time; none where nothing is new. Each is to be taken by `dealt`.
  ///
  /// - Throws: `Failure.unverified` when the log is not the one that was read, grown.
  mutating func events() async throws -> [(event: WatchedEvent, entry: UnverifiedEntry)] {
    guard var reading else { return [] }
    if reading.isAtHead { try reading.advance(to: await log.head()) }
    let page = try await reading.page() ?? []
    self.reading = reading
    return try page.map { entry in
      let object = try StrictJSON.parse(entry.bytes).object ?? [:]
      let id = log.known.id(of: entry.index).description
      return (WatchedEvent(plane: plane, id: id, index: entry.index, entry: object), entry)
    }
  }

  mutating func dealt(with entry: UnverifiedEntry) { past.append(MerkleHash.leaf(entry.bytes)) }

  private func changed(_ problem: String) -> Failure {
    .unverified(
      "\(plane.planeName)'s evidence \(problem): it was restored or rewritten",
      hint: "\(LogDisputes.hint); to follow it anew, take \(plane.planeName) out of the cursor file")
  }
}
