import WeightsDigest

/// The serving plane's copies of weights, by what they are: a plane serves these bytes, never those that a path led to.
///
/// An object is named by digest and kind and is always a read-only directory. A single file keeps its name in it; the name
/// is covered by no signature, so when the same bytes come under another name the first one stays.
///
/// Calls may overlap, for one object too: a copy is made apart and takes its name in one step, so that the last of two
/// equal copies stays and nobody sees half of one. The caller's lock on a model is needed only for what the caller does in
/// between; `holding` keeps the object from the sweep for as long.
package actor WeightsStore {
  private let objects: WeightsObjects
  private let work: BlockingWork
  /// Of its own, because who reads slowly on purpose must not keep a deploy waiting.
  private let slowWork = BlockingWork(width: 1)
  private var holds: [WeightsID: Int] = [:]

  /// - Parameters:
  ///   - directory: the plane's own; its last part is made where it is missing. One process at a time uses it.
  ///   - reserve: bytes that storing leaves free on that disk, so that the plane can go on recording.
  package init(directory: String, reserve: Int64 = 64 << 20, work: BlockingWork = BlockingWork(width: 2)) throws {
    objects = try WeightsObjects(path: directory, reserve: reserve)
    self.work = work
  }

  /// Where the store lies, every link resolved.
  package nonisolated var directory: String { objects.path }

  /// Runs `body` while neither `sweep` nor `remove` takes the object away. Hold what is to be deployed from before it is
  /// ingested until its deployment is on record.
  package func holding<Value: Sendable>(
    _ id: WeightsID, _ body: @Sendable () async throws -> Value
  ) async throws -> Value {
    holds[id, default: 0] += 1
    defer { release(id) }
    return try await body()
  }

  /// Reads the weights at `path`, confirms that they are `id`, and keeps a copy: what was hashed is what was copied. A copy
  /// that is there already is hashed again, and replaced when it is damaged.
  /// - Parameter report: told after every piece; it begins again at 0 when something else is read.
  /// - Throws: `WeightsStoreError`, `WeightsRootsError`, `WeightsError` or `FileSystemError`, and then nothing new is stored.
  package func ingest(
    path: String, expecting id: WeightsID, under roots: WeightsRoots, reporting report: WeightsProgress? = nil
  ) async throws -> StoredWeights {
    try await holding(id) { [objects, work] in
      try await work.run { cancellation in
        try objects.keep(roots.open(path), as: id, Self.progress(report, unless: cancellation))
        return objects.stored(id)
      }
    }
  }

  /// The stored object, its bytes hashed again.
  /// - Throws: `WeightsStoreError.notStored` or `.damaged`, or why it could not be read.
  package func verified(_ id: WeightsID, reporting report: WeightsProgress? = nil) async throws -> StoredWeights {
    try await holding(id) { [objects, work] in
      try await work.run { try objects.verify(id, Self.progress(report, unless: $0)) }
      return objects.stored(id)
    }
  }

  private static func progress(_ report: WeightsProgress?, unless cancellation: Cancellation) -> WeightsProgress {
    { done, total in
      try cancellation.check()
      try report?(done, total)
    }
  }

  /// Hashes the stored object at leisure: of what runs already.
  /// - Throws: as `verified`.
  package func reverify(_ id: WeightsID, at pace: ReadingPace) async throws {
    try await holding(id) { [objects, slowWork] in try await slowWork.run { try objects.verify(id, at: pace, $0) } }
  }

  /// Looks into the stored object's files, as far as their format is known here.
  /// - Throws: `UnsoundWeights`, or why it could not be read.
  package func checkFormat(_ stored: StoredWeights) async throws {
    try await holding(stored.id) { [objects, work] in try await work.run { try objects.checkFormat(stored.id, $0) } }
  }

  /// Removes every object that is not in `kept` and that nobody holds. Returns those removed.
  @discardableResult
  package func sweep(keeping kept: Set<WeightsID>) async throws -> [WeightsID] {
    let candidates = try await work.run { [objects] _ in try objects.all() }.filter { !kept.contains($0) }
    var removed: [WeightsID] = []
    for id in candidates where holds[id] == nil {
      try await remove(id)
      removed.append(id)
    }
    return removed
  }

  /// Removes one object; one that is not there is no error.
  package func remove(_ id: WeightsID) async throws {
    guard holds[id] == nil else { throw WeightsStoreError.inUse(id) }
    guard try objects.contains(id) else { return }
    // No await between the check and this: the object is gone for all who begin to hold it from now on.
    let retired = try objects.retire(id)
    try await work.run { [objects] _ in try objects.discard(retired, of: id) }
  }

  private func release(_ id: WeightsID) {
    guard let count = holds[id] else { return }
    holds[id] = count > 1 ? count - 1 : nil
  }
}
