import Wire

/// Compares the wall clock, which anybody who can set it moves, with the boot clock, which nobody moves. Pure.
struct ClockJumpGuard: Sendable {
  static let toleranceMicroseconds = 300 * Timestamp.microsecondsPerSecond
  static let settlingMicroseconds = 900 * Timestamp.microsecondsPerSecond

  /// Wall less boot clock.
  private var startOffset: Int64
  private var unaccepted: Timestamp?
  private var lastOffset: Int64
  private var wasAhead = false
  /// By the boot clock.
  private var settledFrom: Int64

  /// Takes both clocks as they stand when the plane starts. A start that comes long after the last time on record, or with a jump
  /// that nobody has accepted, is one whose clock has to settle: a machine's clock may be wrong until the network has set it.
  init(wall: Timestamp, bootMicroseconds boot: Int64, unaccepted: Timestamp? = nil, highest: Timestamp? = nil) {
    startOffset = wall.microseconds - boot
    lastOffset = startOffset
    self.unaccepted = unaccepted
    let gap = highest.map { wall.microseconds - $0.microseconds } ?? 0
    settledFrom = gap > Self.toleranceMicroseconds ? boot + Self.settlingMicroseconds : boot
  }

  mutating func reading(wall: Timestamp, bootMicroseconds boot: Int64) -> ClockReading {
    let offset = wall.microseconds - boot
    if let jump = unaccepted, wall < jump {
      // Set right: what it says from here on is what a new jump is measured by.
      unaccepted = nil
      startOffset = offset
    }
    let isAhead = offset - startOffset > Self.toleranceMicroseconds || unaccepted != nil
    let hasStepped = abs(offset - lastOffset) > Self.toleranceMicroseconds
    if hasStepped || (isAhead && !wasAhead) { settledFrom = boot + Self.settlingMicroseconds }
    lastOffset = offset
    wasAhead = isAhead
    return ClockReading(time: wall, hasJumpedAhead: isAhead, isSettled: boot >= settledFrom)
  }
}
