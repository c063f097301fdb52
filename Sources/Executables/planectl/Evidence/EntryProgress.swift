import Glibc

/// How many entries were read, on stderr: only on a terminal, and only where there are enough to wonder.
struct EntryProgress: Sendable {
  private static let fewest = 5000

  private let name: String
  private let isShown: Bool

  /// - Parameter name: of the plane whose log it is.
  init(_ name: String) {
    self.name = name
    isShown = TerminalDevice.isTerminal(STDERR_FILENO)
  }

  func show(_ read: Int, of size: Int) {
    guard isShown, size > Self.fewest else { return }
    let text = read < size ? "\r\(name): \(read) of \(size) entries, \(read * 100 / size) %" : "\r\u{1b}[K"
    let bytes = Array(text.utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
