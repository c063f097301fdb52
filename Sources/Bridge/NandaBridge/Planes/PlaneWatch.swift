import Attestations
import PlaneContract
import Wire

/// What is known of a plane: whether it answers, and how far its log has been read.
///
/// Every change of a plane's state is an entry of its log, so that a plane whose log has not grown has nothing new to tell.
package struct PlaneWatch: Sendable {
  /// When it last answered a question of the bridge; nil while it never has.
  package private(set) var answeredAt: Timestamp?
  /// Why it does not answer now; nil when it does.
  package private(set) var fault: String?
  /// How it is, by its own word.
  package private(set) var health = ""
  /// Entries of its log, when it last answered.
  private(set) var entries = 0
  /// How many of them were there when it was last read to the end; nil where it has to be read anew.
  private(set) var entriesRead: Int?
  /// When what was read to the end was last known to be all; nil where it never was.
  private(set) var currentAt: Timestamp?

  package var isAnswering: Bool { answeredAt != nil && fault == nil }
  var hasNews: Bool { entries != entriesRead }
  /// Whether it has ever been read to the end.
  var wasRead: Bool { currentAt != nil }
  /// Whether what was read is all that there is, as far as can be known.
  var isCurrent: Bool { isAnswering && !hasNews }

  mutating func note(_ status: PlaneStatus, at now: Timestamp) {
    answeredAt = now
    fault = nil
    health = status.health
    entries = status.counters["log_entries"]?.int ?? entries + 1
    if !hasNews { currentAt = now }
  }

  mutating func note(_ failure: any Error) { fault = "\(failure)" }

  /// Everything that the last status spoke of has been read.
  mutating func read() { (entriesRead, currentAt) = (entries, answeredAt) }

  /// What was read is to be judged anew, by a new trust root.
  mutating func doubt() { entriesRead = nil }
}
