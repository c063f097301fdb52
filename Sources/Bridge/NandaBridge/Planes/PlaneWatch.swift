import Attestations
import PlaneContract
import Wire

/// What is known of a plane: when it last answered, and whether anything has changed there since it was last read.
///
/// Every change of a plane's state is an entry of its log, so that a plane whose log has not grown has nothing new to tell.
struct PlaneWatch: Sendable {
  /// When it last answered a question of the bridge; nil while it never has.
  private(set) var answeredAt: Timestamp?
  /// Why it does not answer now; nil when it does.
  private(set) var fault: String?
  /// How it is, by its own word.
  private(set) var health = ""
  private var entries: Int?
  private var entriesRead: Int?

  /// Nothing of it has been read yet, or its log has grown since.
  var hasNews: Bool { entries == nil || entries != entriesRead }

  mutating func note(_ status: PlaneStatus, at now: Timestamp) {
    answeredAt = now
    fault = nil
    health = status.health
    entries = status.counters["log_entries"]?.int
  }

  mutating func note(_ failure: any Error) { fault = "\(failure)" }

  /// Everything that the last status spoke of has been read.
  mutating func read() {
    entriesRead = entries
    wasRead = true
  }

  /// Whether it has ever been read to the end.
  private(set) var wasRead = false

  /// What was read is to be judged anew, by a new trust root.
  mutating func doubt() { entriesRead = nil }
}
