/// Reads a whole number where pydantic does: spaces around it, a sign, zeros in front, single underscores between digits, and a
/// fraction of zeros are passed over. One that is too large for `Int` is the largest of its sign.
enum QueryNumber {
  /// What Python refuses to read.
  static let maximumDigitCount = 4300

  static func read(_ text: String) -> Int? {
    var rest = Substring(text)
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    let isNegative = rest.first == "-"
    if isNegative || rest.first == "+" { rest.removeFirst() }
    let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, let value = digits(whole) else { return nil }
    if parts.count == 2 { guard !parts[1].isEmpty, parts[1].allSatisfy({ $0 == "0" }) else { return nil } }
    return isNegative ? -value : value
  }

  private static func digits(_ text: Substring) -> Int? {
    guard text.utf8.count <= maximumDigitCount else { return nil }
    var value = 0
    for group in text.utf8.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false) {
      guard !group.isEmpty else { return nil }
      for byte in group {
        guard (0x30...0x39).contains(byte) else { return nil }
        let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
        let (sum, isTooLargeStill) = tens.addingReportingOverflow(Int(byte - 0x30))
        value = isTooLarge || isTooLargeStill ? Int.max : sum
      }
    }
    return value
  }
}
