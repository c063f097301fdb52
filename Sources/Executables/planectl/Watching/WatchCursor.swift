import Attestations
import Glibc
import PlaneContract
import WeightsDigest
import Wire

/// Where a follower stands in each plane's evidence: the index that it wants next. With a file it outlives the follower; the file
/// is replaced as a whole after each event has been dealt with, so that none is lost, and only the one that was being dealt with
/// when the follower died is told again.
struct WatchCursor {
  private(set) var next: [Role: Int] = [:]
  private let path: String?

  /// - Parameter path: nil: nothing is remembered.
  /// - Throws: `Failure` for a file that is not a cursor: beginning anew would lose or double events unseen.
  init(path: String?) throws {
    self.path = path
    guard let path, unsafe access(path, F_OK) == 0 else { return }
    do { next = try Self.read(path) } catch {
      throw Failure.refused(
        "the cursor \(path) does not say where to go on: \(error)",
        hint: "move it away to begin with what happens from now on")
    }
  }

  mutating func advance(_ plane: Role, to index: Int) throws {
    next[plane] = index
    guard let path else { return }
    var fields: JSONObject = [:]
    for plane in Home.planes { if let index = next[plane] { fields.append(plane.planeName, .init(index)) } }
    let temporary = "\(path).new"
    try TextFile.replace(fields.serialized(), path: temporary)
    guard unsafe rename(temporary, path) == 0 else { throw FileSystemError(operation: "write", path: path) }
  }

  private static func read(_ path: String) throws -> [Role: Int] {
    var reader = try ObjectReader(StrictJSON.parse(TextFile.read(path)), "cursor")
    var next: [Role: Int] = [:]
    for plane in Home.planes { next[plane] = try reader.optionalInt(plane.planeName, in: 0...Int(1 << 53)) }
    try reader.finish()
    return next
  }
}
