import Glibc
import Metadata
import PlaneContract
import Signing
import WeightsDigest
import Wire

/// A dataset as JSON lines, a row each, of any length.
enum DatasetFile {
  static func hash(_ path: String) throws -> (digest: Digest, rowCount: Int) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw FileSystemError(operation: "read", path: path) }
    defer { close(descriptor) }
    var reader = LineReader(descriptor: descriptor)
    var hash = DatasetHash()
    var number = 0
    while let line = try reader.next() {
      number += 1
      if line != .text([]) { hash.add(try row(line, "\(path), line \(number)")) }
    }
    let count = hash.rowCount
    return (hash.finish(), count)
  }

  private static func row(_ line: LineReader.Line, _ place: String) throws -> JSONValue {
    guard case .text(let bytes) = line else {
      throw Refusal(.malformed, "\(place) is longer than \(LineReader.maximumByteCount) bytes")
    }
    do { return try StrictJSON.parse(bytes) } catch { throw Refusal(.malformed, "\(place): \(error)") }
  }
}
