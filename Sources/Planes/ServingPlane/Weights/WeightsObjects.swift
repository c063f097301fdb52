import Signing
import WeightsDigest
import Wire

/// The store on disk, with calls that block. `STORE/file/HEX/NAME` and `STORE/directory/HEX/…` are objects, complete and
/// read-only from the moment that they have their name; a name with a leading dot is work in progress, or was when the
/// plane was killed.
struct WeightsObjects: Sendable {
  private static let objectLimit = 1_000_000

  let path: String
  private let shelves: [WeightsKind: Descriptor]
  private let reserve: Int64

  /// Opens the store's directory, making it where it is missing, and removes what an earlier process left unfinished.
  init(path: String, reserve: Int64) throws {
    let root = try Descriptor.makingDirectory(following: path)
    self.path = try root.realPath()
    self.reserve = reserve
    shelves = try WeightsKind.allCases.reduce(into: [:]) { $0[$1] = try root.openingOrMakingDirectory($1.rawValue) }
    for shelf in shelves.values {
      for name in try Self.names(in: shelf) where name.hasPrefix(".") { try shelf.removeTree(name) }
    }
  }

  func all() throws -> [WeightsID] {
    try shelves.flatMap { kind, shelf in
      try Self.names(in: shelf).compactMap { Digest(hex: $0) }.map { WeightsID(digest: $0, kind: kind) }
    }
  }

  func stored(_ id: WeightsID) -> StoredWeights {
    StoredWeights(id: id, directory: "\(path)/\(id.objectPath)")
  }

  func contains(_ id: WeightsID) throws -> Bool {
    do {
      return try shelf(id).status(of: id.digest.hex).type == .directory
    } catch let error as FileSystemError where error.isMissing {
      return false
    }
  }

  /// Hashes the stored bytes again.
  func verify(_ id: WeightsID, _ progress: @escaping WeightsProgress) throws {
    _ = try verifiedByteCount(id, by: WeightsHasher(progress: progress))
  }

  /// The same with one thread, which does not exceed the pace.
  func verify(_ id: WeightsID, at pace: ReadingPace, _ cancellation: Cancellation) throws {
    let start = ContinuousClock.now
    _ = try verifiedByteCount(
      id, by: WeightsHasher(width: 1, progress: { done, _ in try pace.hold(after: done, since: start, cancellation) }))
  }

  func checkFormat(_ id: WeightsID, _ cancellation: Cancellation) throws {
    try WeightsFormat.check(source(of: id), cancellation)
  }

  private func verifiedByteCount(_ id: WeightsID, by hasher: WeightsHasher) throws -> Int64 {
    guard try contains(id) else { throw WeightsStoreError.notStored(id) }
    let found = try hasher.hash(source(of: id))
    guard found.digest == id.digest else {
      throw WeightsStoreError.damaged(id, problem: "its bytes are \(found.digest)")
    }
    return found.byteCount
  }

  /// Makes the object `id` be there and whole, if that is what `source` is.
  func keep(_ source: WeightsSource, as id: WeightsID, _ progress: @escaping WeightsProgress) throws {
    guard source.kind == id.kind else { throw WeightsStoreError.kindMismatch(path: source.path, expected: id) }
    if try !isWhole(id, and: source, progress) { try add(source, as: id, progress) }
  }

  /// Takes the object's name away, in one step and without waiting. Returns what `discard` then removes at leisure.
  func retire(_ id: WeightsID) throws -> String {
    let name = ".removed-\(Random.hex(bytes: 16))"
    try shelf(id).rename(id.digest.hex, to: name, .refusingToReplace)
    return name
  }

  func discard(_ retired: String, of id: WeightsID) throws {
    try shelf(id).removeTree(retired)
  }

  /// Whether the object is there and whole. If it is there at all, `source` must be the same bytes.
  private func isWhole(
    _ id: WeightsID, and source: WeightsSource, _ progress: @escaping WeightsProgress
  ) throws -> Bool {
    guard try contains(id) else { return false }
    let byteCount: Int64
    do {
      byteCount = try verifiedByteCount(id, by: WeightsHasher(progress: progress))
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      // Damaged in whatever way: the copy that is made next takes its place.
      return false
    }
    let hasher = WeightsHasher(progress: { done, total in
      // The first report comes before the first byte is read: a huge file of holes holds nobody up.
      guard total == byteCount else {
        throw WeightsStoreError.sizeMismatch(path: source.path, expected: id, byteCount: byteCount)
      }
      try progress(done, total)
    })
    try confirm(hasher.hash(source), of: source, is: id)
    return true
  }

  /// Copies `source` and gives the copy the name `id` if that is what the copied bytes are. After a failure nothing is left.
  private func add(_ source: WeightsSource, as id: WeightsID, _ progress: @escaping WeightsProgress) throws {
    let shelf = try shelf(id)
    let draft = ".ingest-\(Random.hex(bytes: 16))"
    let directory = try shelf.makingDirectory(draft)
    do {
      let hasher = WeightsHasher(progress: { done, total in
        // The first report comes before the first byte is written.
        if done == 0 { try confirmSpace(for: total, in: shelf) }
        try progress(done, total)
      })
      try confirm(hasher.copy(source, into: directory), of: source, is: id)
      try place(draft, as: id, in: shelf)
    } catch {
      // What cannot be removed now is removed at the next start; the caller needs the first error.
      try? shelf.removeTree(draft)
      throw error
    }
  }

  /// Throws when the fingerprint of what was read at the source's path is not what was signed.
  private func confirm(_ fingerprint: WeightsFingerprint, of source: WeightsSource, is id: WeightsID) throws {
    guard fingerprint.digest == id.digest else {
      throw WeightsStoreError.digestMismatch(path: source.path, expected: id.digest, actual: fingerprint.digest)
    }
  }

  /// Gives the finished draft its name. Where a damaged or an equal copy has it, the two change places.
  private func place(_ draft: String, as id: WeightsID, in shelf: Descriptor) throws {
    do {
      try shelf.rename(draft, to: id.digest.hex, .refusingToReplace)
    } catch let error as FileSystemError where error.isTaken {
      try shelf.rename(draft, to: id.digest.hex, .exchanging)
    }
    try shelf.sync()
    try shelf.removeTree(draft)
  }

  private func source(of id: WeightsID) throws -> WeightsSource {
    guard id.kind == .file else { return try WeightsSource(opening: id.digest.hex, in: shelf(id)) }
    let directory = try shelf(id).opening(id.digest.hex)
    guard let names = try directory.names(limit: 1), let name = names.first else {
      throw WeightsStoreError.damaged(id, problem: "it should be one file")
    }
    return try WeightsSource(opening: String(decoding: name, as: UTF8.self), in: directory)
  }

  private func confirmSpace(for total: Int64, in shelf: Descriptor) throws {
    let (needed, overflow) = total.addingReportingOverflow(reserve)
    let available = try shelf.freeSpace()
    guard !overflow, needed <= available else {
      throw WeightsStoreError.insufficientSpace(store: path, needed: overflow ? .max : needed, available: available)
    }
  }

  private func shelf(_ id: WeightsID) throws -> Descriptor {
    guard let shelf = shelves[id.kind] else { throw WeightsStoreError.notStored(id) }
    return shelf
  }

  private static func names(in shelf: Descriptor) throws -> [String] {
    guard let names = try shelf.names(limit: objectLimit) else {
      throw WeightsError.tooManyEntries(shelf.path, limit: objectLimit)
    }
    return names.map { String(decoding: $0, as: UTF8.self) }
  }
}
