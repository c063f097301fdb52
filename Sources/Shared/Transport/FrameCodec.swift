import NIOCore

/// Cuts a stream of bytes into frames: a 4-byte big-endian unsigned length, then that many bytes.
///
/// A length of 0 or beyond the limit is refused as soon as its 4 bytes are here, and memory grows with what arrived, never
/// with what was claimed.
package struct FrameDecoder {
  static let lengthBytes = 4

  private let maxFrameBytes: Int
  private var received = ByteBuffer()

  package init(maxFrameBytes: Int) {
    self.maxFrameBytes = maxFrameBytes
  }

  /// Whether no byte waits to become part of a frame.
  package var isEmpty: Bool { received.readableBytes == 0 }

  package mutating func append(_ bytes: ByteBuffer) {
    guard !isEmpty else {
      received = bytes
      return
    }
    received.discardReadBytes()
    received.writeImmutableBuffer(bytes)
  }

  /// The next whole frame, or nil until more bytes arrive. Throws `frameEmpty` or `frameTooLarge`.
  package mutating func next() throws(TransportError) -> [UInt8]? {
    guard let claimed = received.getInteger(at: received.readerIndex, as: UInt32.self) else { return nil }
    let length = Int(claimed)
    try Self.check(length, limit: maxFrameBytes)
    guard received.readableBytes - Self.lengthBytes >= length else { return nil }
    received.moveReaderIndex(forwardBy: Self.lengthBytes)
    let frame = received.readBytes(length: length)
    // Lets the channel use its read buffer again.
    if isEmpty { received = ByteBuffer() }
    return frame
  }

  fileprivate static func check(_ length: Int, limit: Int) throws(TransportError) {
    if length == 0 { throw .frameEmpty }
    if length > limit { throw .frameTooLarge(bytes: length, limit: limit) }
  }
}

extension ByteBufferAllocator {
  /// One frame on the wire. Throws `frameEmpty` or `frameTooLarge`.
  func frame(_ bytes: [UInt8], maxFrameBytes: Int) throws(TransportError) -> ByteBuffer {
    try FrameDecoder.check(bytes.count, limit: maxFrameBytes)
    var buffer = self.buffer(capacity: FrameDecoder.lengthBytes + bytes.count)
    buffer.writeInteger(UInt32(bytes.count))
    buffer.writeBytes(bytes)
    return buffer
  }
}
