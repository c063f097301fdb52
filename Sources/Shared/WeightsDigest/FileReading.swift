import Glibc
import Signing
import Synchronization

/// Reading one file from its first byte to its last: hashed, and with `copy` written there in the same pass, so that the
/// digest is of the very bytes that were written. A large piece is hashed and written at the same time. The copy is read-only
/// afterwards, and for the caller to sync.
struct FileReading {
  private static let bufferSize = 1 << 20
  /// Below this, a piece is hashed sooner than another thread has woken up to write it.
  private static let worthSharing = 1 << 16

  let file: Descriptor
  /// The status that the file must have before and after.
  let status: FileStatus
  let copy: Descriptor?
  let meter: ProgressMeter

  func run() throws -> Digest {
    let hash = Mutex(StreamingHash())
    try run { piece in
      guard let copy, piece.count >= Self.worthSharing else {
        hash.withLock { $0.update(piece) }
        try copy?.write(piece)
        return
      }
      _ = try concurrentMap(2, width: 2) { part in
        if part == 0 { hash.withLock { $0.update(piece) } } else { try copy.writeThrough(piece) }
      }
    }
    try copy?.setMode(0o444)
    return try hash.withLock { try $0.finish() }
  }

  /// Gives every byte of the file to `take`, in order and in pieces of at most 1 MiB.
  func run(_ take: (Span<UInt8>) throws -> Void) throws {
    guard try file.status() == status else { throw WeightsError.changedWhileRead(file.path) }
    try read(take)
    guard try file.status() == status else { throw WeightsError.changedWhileRead(file.path) }
  }

  private func read(_ take: (Span<UInt8>) throws -> Void) throws {
    // One byte more than the file has, so that a file that grows is noticed and a small one needs no large buffer.
    var buffer = [UInt8](repeating: 0, count: Int(min(Int64(Self.bufferSize - 1), status.size)) + 1)
    var offset: Int64 = 0
    while true {
      let count = try fill(&buffer, from: offset)
      offset += Int64(count)
      guard count > 0, offset <= status.size else { break }
      try take(buffer.span.extracting(..<count))
      try meter.advance(by: Int64(count))
    }
    guard offset == status.size else { throw WeightsError.changedWhileRead(file.path) }
  }

  private func fill(_ buffer: inout [UInt8], from offset: Int64) throws -> Int {
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe pread(file.number, $0.baseAddress, $0.count, Int(offset))
      }
      if count >= 0 { return count }
      guard errno == EINTR else { throw FileSystemError(operation: "read", path: file.path) }
    }
  }
}
