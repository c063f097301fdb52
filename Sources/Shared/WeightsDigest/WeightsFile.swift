import Glibc
import Wire

/// One file of weights, open for reading pieces of it: for checks of a format, beside the digest of the whole.
package struct WeightsFile: Sendable {
  private let descriptor: Descriptor
  package let byteCount: Int64

  init(_ descriptor: Descriptor, byteCount: Int64) {
    self.descriptor = descriptor
    self.byteCount = byteCount
  }

  /// At most `count` bytes from `offset` on; fewer where the file ends.
  package func bytes(at offset: Int64, count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    var buffer = [UInt8](repeating: 0, count: min(count, 1 << 20))
    while bytes.count < count {
      let wanted = min(buffer.count, count - bytes.count)
      let read = unsafe buffer.withUnsafeMutableBytes {
        unsafe pread(descriptor.number, $0.baseAddress, wanted, Int(offset) + bytes.count)
      }
      if read < 0, errno == EINTR { continue }
      guard read >= 0 else { throw FileSystemError(operation: "read", path: descriptor.path) }
      guard read > 0 else { break }
      bytes.append(contentsOf: buffer.prefix(read))
    }
    return bytes
  }
}

extension WeightsSource {
  /// Calls `body` with each file whose name ends in `suffix`, in byte order of path: the source itself, or those in its tree. No
  /// link is followed.
  package func eachFile(
    endingIn suffix: String, limits: WeightsLimits = WeightsLimits(),
    _ body: (_ path: String, _ file: WeightsFile) throws -> Void
  ) throws {
    guard kind == .directory else {
      if name.hasSuffix(suffix) { try body(name, WeightsFile(descriptor, byteCount: status.size)) }
      return
    }
    let tree = try WeightsTree(walking: descriptor, limits: limits)
    for item in tree.files where item.path.text.hasSuffix(suffix) {
      try body(item.path.text, WeightsFile(tree.root.opening(item.path.text), byteCount: item.status.size))
    }
  }
}
