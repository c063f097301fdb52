import Glibc
import WeightsDigest

/// Lines of a descriptor, one after another as they come. What is too long to be a line is passed over and never kept.
struct LineReader {
  static let maximumByteCount = 1 << 20
  private static let blockSize = 64 << 10

  enum Line: Equatable {
    case text([UInt8])
    case tooLong
  }

  let descriptor: Int32
  /// What was read and not yet given out.
  private var block: ArraySlice<UInt8> = []

  init(descriptor: Int32) { self.descriptor = descriptor }

  /// The next line without its newline; nil after the last, which needs none.
  mutating func next() throws -> Line? {
    var line: [UInt8] = []
    var isTooLong = false
    while true {
      let newline = block.firstIndex(of: UInt8(ascii: "\n"))
      let piece = block[..<(newline ?? block.endIndex)]
      isTooLong = isTooLong || line.count + piece.count > Self.maximumByteCount
      if isTooLong { line = [] } else { line += piece }
      if let newline {
        block = block[(newline + 1)...]
        return isTooLong ? .tooLong : .text(line)
      }
      block = try read()
      guard !block.isEmpty else { return isTooLong ? .tooLong : line.isEmpty ? nil : .text(line) }
    }
  }

  /// The next block; empty at the end.
  private mutating func read() throws -> ArraySlice<UInt8> {
    var bytes = [UInt8](repeating: 0, count: Self.blockSize)
    while true {
      let count = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { return bytes[..<count] }
      guard errno == EINTR else { throw FileSystemError(operation: "read", path: "standard input") }
    }
  }
}
