import Glibc
import Synchronization
import WeightsDigest

/// A bar on stderr while weights are hashed: only on a terminal, and only where it takes long enough to wonder.
final class ProgressBar: Sendable {
  static let smallest: Int64 = 256 << 20
  private static let barWidth = 30
  private let shownPercent = Mutex<Int64>(-1)

  /// Hashes `path`, showing how far it is.
  static func hash(path: String) throws -> WeightsFingerprint {
    guard TerminalDevice.isTerminal(STDERR_FILENO) else { return try WeightsHasher().hash(path: path) }
    let bar = ProgressBar()
    defer { bar.clear() }
    return try WeightsHasher { done, total in bar.show(done, of: total) }.hash(path: path)
  }

  private func show(_ done: Int64, of total: Int64) {
    guard total > Self.smallest else { return }
    let percent = done * 100 / total
    let isNews = shownPercent.withLock { last in
      defer { last = percent }
      return percent != last
    }
    if isNews { StatusLine.draw(Self.text(done, of: total)) }
  }

  private func clear() {
    if shownPercent.withLock({ $0 >= 0 }) { StatusLine.clear() }
  }

  /// `[######........................] 20 % of 3.4 GB`. `total` is at least 1.
  static func text(_ done: Int64, of total: Int64) -> String {
    let share = Double(min(done, total)) / Double(total)
    let filled = Int(share * Double(barWidth))
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: barWidth - filled)
    return "[\(bar)] \(Int(share * 100)) % of \(ByteCount.text(total))"
  }
}

/// One line on stderr that is drawn over itself, for a person who waits.
enum StatusLine {
  static func draw(_ text: String) { write("\r\(text)\u{1b}[K") }
  static func clear() { write("\r\u{1b}[K") }

  private static func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}

/// A size for people: `3.4 GB`.
enum ByteCount {
  static func text(_ count: Int64) -> String {
    let units = ["kB", "MB", "GB", "TB"]
    guard count >= 1000 else { return "\(count) B" }
    var value = Double(count) / 1000
    var unit = 0
    while value >= 999.95, unit + 1 < units.count {
      value /= 1000
      unit += 1
    }
    let tenths = Int64((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }
}
