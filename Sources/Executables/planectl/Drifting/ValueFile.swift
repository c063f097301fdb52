import Drift
import Glibc
import PlaneContract
import WeightsDigest
import Wire

/// A file of values of any size: a number a line, or JSON lines with a number or a text each, or objects with one of them in a field.
struct ValueFile {
  private static let blockSize = 1 << 20

  let path: String
  let field: String
  private(set) var numbers: [Double] = []
  private(set) var categories: [String: Int] = [:]
  private var line = 0

  /// - Throws: `Refusal` naming the first line that is none of these.
  init(reading path: String, field: String) throws {
    (self.path, self.field) = (path, field)
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw FileSystemError(operation: "read", path: path) }
    defer { close(descriptor) }
    try read(descriptor)
    guard numbers.isEmpty || categories.isEmpty else {
      throw Refusal(.invalidRequest, "\(path): some lines are numbers and others are texts")
    }
  }

  /// Puts the values in ascending order where all are numbers that have one: each of two files is sorted on a core of its own.
  mutating func sort() {
    if numbers.allSatisfy(\.isFinite) { RadixSort.sort(&numbers) }
  }

  var series: Series { categories.isEmpty ? .numbers(numbers) : .categories(Categories(categories)) }

  private mutating func read(_ descriptor: Int32) throws {
    var block = [UInt8](repeating: 0, count: Self.blockSize)
    var held = 0
    while true {
      if held == block.count { throw failure("is longer than \(Self.blockSize) bytes") }
      let count = unsafe block.withUnsafeMutableBytes {
        unsafe Glibc.read(descriptor, $0.baseAddress?.advanced(by: held), $0.count - held)
      }
      guard count >= 0 || errno == EINTR else { throw FileSystemError(operation: "read", path: path) }
      guard count != 0 else { break }
      let end = held + max(count, 0)
      let rest = try takeLines(block, end)
      held = end - rest
      block.replaceSubrange(0..<held, with: Array(block[rest..<end]))
    }
    if held > 0 { try take(block[..<held]) }
  }

  /// Takes the whole lines before `end`, and returns where the last, unfinished one begins.
  private mutating func takeLines(_ block: [UInt8], _ end: Int) throws -> Int {
    var start = 0
    while true {
      start = takeNumbers(block.span.extracting(..<end), from: start)
      guard let newline = block[start..<end].firstIndex(of: UInt8(ascii: "\n")) else { return start }
      try take(block[start..<newline])
      start = newline + 1
    }
  }

  /// Takes what most files consist of, up to a line that is something else.
  private mutating func takeNumbers(_ text: Span<UInt8>, from start: Int) -> Int {
    let known = numbers.count
    let next = NumberLines.read(text, from: start, into: &numbers)
    line += numbers.count - known
    return next
  }

  private mutating func take(_ text: ArraySlice<UInt8>) throws {
    line += 1
    let trimmed = Self.trimmed(text)
    guard !trimmed.isEmpty else { return }
    if let number = DecimalNumber.parse(trimmed.span) { return numbers.append(number) }
    try take(value(trimmed))
  }

  private mutating func take(_ value: JSONValue) throws {
    switch value {
    case .number(let number): numbers.append(number.double)
    case .null: numbers.append(.nan)
    case .string(let text): categories[text, default: 0] += 1
    case .object(let object):
      guard let inner = object[field], inner.object == nil else {
        throw failure("has no \(field) that is a number or a text; name its field with --field")
      }
      try take(inner)
    default: throw failure("is \(value.kindName), not a number or a text")
    }
    guard categories.count <= Categories.maximumCount else {
      throw failure("is category number \(categories.count); at most \(Categories.maximumCount) can be compared")
    }
  }

  private func value(_ text: ArraySlice<UInt8>) throws -> JSONValue {
    do { return try StrictJSON.parse(Array(text)) } catch {
      throw failure("is neither a number nor JSON; a text stands in double quotes")
    }
  }

  private func failure(_ problem: String) -> Refusal { Refusal(.invalidRequest, "\(path), line \(line) \(problem)") }

  private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
    let tail = text.reversed().prefix(while: isBlank).count
    return text.dropLast(tail).drop(while: isBlank)
  }
}
