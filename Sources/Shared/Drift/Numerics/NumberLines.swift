/// Lines that are a number each, as programs write them.
package enum NumberLines {
  /// Appends the numbers of the lines from `start` on until one is anything else or has no end in `text`.
  /// - Returns: where that line begins.
  package static func read(_ text: Span<UInt8>, from start: Int, into numbers: inout [Double]) -> Int {
    var start = start
    while start < text.count, let number = DecimalDigits(text, from: start), let next = lineEnd(text, number.end),
      let value = DecimalNumber.value(of: number)
    {
      numbers.append(value)
      start = next
    }
    return start
  }

  /// Where the next line begins when this one ends at `index`.
  private static func lineEnd(_ text: Span<UInt8>, _ index: Int) -> Int? {
    let end = index < text.count && text[index] == UInt8(ascii: "\r") ? index + 1 : index
    return end < text.count && text[end] == UInt8(ascii: "\n") ? end + 1 : nil
  }
}
