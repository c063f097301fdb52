import NIOCore
import Transport

extension FuzzTarget {
  /// Input: how many slice lengths follow, the slice lengths, the stream.
  static let frame = FuzzTarget("frame", isJSON: false) { input in
    let (slices, stream) = FrameStream.cut(input)
    var accepted = false
    for limit in FrameStream.limits {
      let found = FrameStream.decode(slices, limit: limit)
      let due = FrameStream.expected(stream, limit: limit)
      try promise(found.frames == due.frames, "the frames do not depend on how the stream was sliced")
      try promise(found.failed == due.failed, "a length of 0 or beyond the limit is refused, and no other")
      try promise(found.isEmpty == due.isEmpty, "no byte is lost or kept")
      try promise(found.frames.allSatisfy { (1...limit).contains($0.count) }, "a frame has 1 to \(limit) bytes")
      accepted = accepted || !found.frames.isEmpty
    }
    return accepted
  }
}

/// A stream of frames, decoded by the codec and by the definition.
private enum FrameStream {
  /// The wire's own; one that short streams reach; and one so large that memory taken for a mere claim passes the fuzzer's limit.
  static let limits = [1 << 20, 16, 1 << 30]

  struct Outcome {
    var frames: [[UInt8]] = []
    var failed = false
    var isEmpty = true
  }

  static func cut(_ input: [UInt8]) -> (slices: [[UInt8]], stream: [UInt8]) {
    let count = Int(input.first ?? 0) % 16
    let lengths = input.dropFirst().prefix(count).map(Int.init)
    let stream = Array(input.dropFirst(1 + count))
    var slices: [[UInt8]] = []
    var rest = stream[...]
    for length in lengths {
      slices.append(Array(rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    return (slices + [Array(rest)], stream)
  }

  static func decode(_ slices: [[UInt8]], limit: Int) -> Outcome {
    var decoder = FrameDecoder(maxFrameBytes: limit)
    var outcome = Outcome()
    for slice in slices {
      decoder.append(ByteBuffer(bytes: slice))
      do {
        while let frame = try decoder.next() { outcome.frames.append(frame) }
      } catch {
        outcome.failed = true
        break
      }
    }
    outcome.isEmpty = decoder.isEmpty
    return outcome
  }

  /// What DESIGN section 2 says of the whole stream at once.
  static func expected(_ stream: [UInt8], limit: Int) -> Outcome {
    var outcome = Outcome()
    var rest = stream[...]
    while rest.count >= 4 {
      let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      outcome.failed = length == 0 || length > limit
      guard !outcome.failed, rest.count - 4 >= length else { break }
      outcome.frames.append(Array(rest.dropFirst(4).prefix(length)))
      rest = rest.dropFirst(4 + length)
    }
    outcome.isEmpty = rest.isEmpty
    return outcome
  }
}
