import Attestations
import Glibc
import MerkleLog
import PlaneContract
import Signing
import WeightsDigest
import Wire

/// Where a follower stands in a log: how many entries it has dealt with, and the root over them, by which it knows the log again.
struct LogPlace: Sendable, Equatable {
  let size: Int
  /// Nil in a cursor that an earlier version wrote: how many entries was all that it knew.
  let root: Digest?
}

/// Where a follower stands in each plane's evidence. With a file it outlives the follower; the file
/// is replaced as a whole after each event has been dealt with, so that none is lost, and only the one that was being dealt with
/// when the follower died is told again.
struct WatchCursor {
  private(set) var places: [Role: LogPlace] = [:]
  private let path: String?

  /// - Parameter path: nil: nothing is remembered.
  /// - Throws: `Failure` for a file that is not a cursor: beginning anew would lose or double events unseen.
  init(path: String?) throws {
    self.path = path
    guard let path, unsafe access(path, F_OK) == 0 else { return }
    do { places = try Self.read(path) } catch {
      throw Failure.refused(
        "the cursor \(path) does not say where to go on: \(error)",
        hint: "move it away to begin with what happens from now on")
    }
  }

  mutating func advance(_ plane: Role, to place: LogPlace) throws {
    places[plane] = place
    guard let path else { return }
    var fields: JSONObject = [:]
    for plane in Home.planes { if let place = places[plane] { fields.append(plane.planeName, place.json) } }
    let temporary = "\(path).new"
    try TextFile.replace(fields.serialized(), path: temporary)
    guard unsafe rename(temporary, path) == 0 else { throw FileSystemError(operation: "write", path: path) }
  }

  private static func read(_ path: String) throws -> [Role: LogPlace] {
    var reader = try ObjectReader(StrictJSON.parse(TextFile.read(path)), "cursor")
    var places: [Role: LogPlace] = [:]
    for plane in Home.planes {
      if let value = reader.optional(plane.planeName) { places[plane] = try LogPlace(value, of: plane) }
    }
    try reader.finish()
    return places
  }
}

extension LogPlace {
  fileprivate var json: JSONValue { ["size": .init(size), "root": .init(root?.description)] }

  fileprivate init(_ value: JSONValue, of plane: Role) throws(FieldError) {
    if case .number = value {
      let fields: JSONObject = ["size": value]
      var reader = ObjectReader(fields, plane.planeName)
      self.init(size: try reader.int("size", in: Self.sizes), root: nil)
      return
    }
    var reader = try ObjectReader(value, plane.planeName)
    let size = try reader.int("size", in: Self.sizes)
    self.init(size: size, root: try reader.optionalDigest("root"))
    try reader.finish()
  }

  private static let sizes = 0...Checkpoint.maximumSize
}
