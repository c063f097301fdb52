import Safetensors
import WeightsDigest

/// What the plane looks for in weights besides their digest: every file that calls itself safetensors must be sound, because its
/// loader would trust the header. Only bytes whose digest is the approved one are read, so no stranger's file reaches a parser.
enum WeightsFormat {
  /// Blocks, and holds one header at a time.
  /// - Throws: `UnsoundWeights`.
  static func check(_ source: WeightsSource, _ cancellation: Cancellation) throws {
    try source.eachFile(endingIn: SafetensorsHeader.fileSuffix) { path, file in
      try cancellation.check()
      do { try check(file) } catch let error as SafetensorsError {
        throw UnsoundWeights(path: path, problem: "\(error)")
      }
    }
  }

  private static func check(_ file: WeightsFile) throws {
    let lengthByteCount = SafetensorsHeader.lengthByteCount
    let prefix = try file.bytes(at: 0, count: lengthByteCount)
    let count = try SafetensorsHeader.byteCount(prefix, fileByteCount: file.byteCount)
    let json = try file.bytes(at: Int64(lengthByteCount), count: count)
    _ = try SafetensorsHeader(parsing: json, dataByteCount: file.byteCount - Int64(lengthByteCount + count))
  }
}

/// The approved bytes, which are not what their name says.
package struct UnsoundWeights: Error, Equatable, CustomStringConvertible {
  package let path: String
  package let problem: String

  package var description: String {
    "\(Printable.text(path)) is not sound safetensors: \(problem); write it anew, and submit and approve what was written"
  }
}
