import FoundationEssentials
import Signing
import Wire

/// Computes the digest of weights (DESIGN, section 8), and can write a copy in the same pass.
///
/// Memory is bounded: one buffer of at most 1 MiB a thread, and the list of a directory's files, whose length `limits` bounds.
/// Calls block until done; inside a daemon they belong on a thread that may block.
package struct WeightsHasher: Sendable {
  private let limits: WeightsLimits
  private let width: Int
  private let progress: WeightsProgress?

  /// - Parameters:
  ///   - width: how many files of a directory are read at a time; by default one a processor.
  package init(
    limits: WeightsLimits = WeightsLimits(), width: Int = ProcessInfo.processInfo.activeProcessorCount,
    progress: WeightsProgress? = nil
  ) {
    self.limits = limits
    self.width = width
    self.progress = progress
  }

  /// Hashes what a person's path names.
  /// - Throws: `WeightsError` for what cannot be weights, `FileSystemError` for what cannot be read.
  package func hash(path: String) throws -> WeightsFingerprint {
    try hash(WeightsSource(path: path))
  }

  package func hash(_ source: WeightsSource) throws -> WeightsFingerprint {
    try read(source, into: nil)
  }

  /// Copies into `destination`, an empty directory, while hashing: a file under its own name, a directory's files under
  /// their paths. Files become 0444 and directories 0555, `destination` among them, and everything is on the disk when this
  /// returns. After a failure a part may be left behind, for the caller to remove. Directories without files, which the
  /// digest does not cover, are not copied.
  package func copy(_ source: WeightsSource, into destination: Descriptor) throws -> WeightsFingerprint {
    try read(source, into: destination)
  }

  private func read(_ source: WeightsSource, into destination: Descriptor?) throws -> WeightsFingerprint {
    switch source.kind {
    case .file: try readFile(source, into: destination)
    case .directory: try readTree(source, into: destination)
    }
  }

  private func readFile(_ source: WeightsSource, into destination: Descriptor?) throws -> WeightsFingerprint {
    guard source.status.size <= limits.bytes else { throw WeightsError.tooLarge(source.path, limit: limits.bytes) }
    let copy = try destination?.makingFile(source.name)
    let digest = try FileReading(
      file: source.descriptor, status: source.status, copy: copy,
      meter: ProgressMeter(total: source.status.size, report: progress)
    ).run()
    try destination?.seal([])
    try copy?.sync()
    try destination?.sync()
    return WeightsFingerprint(digest: digest, kind: .file, byteCount: source.status.size, fileCount: 1)
  }

  /// The digest of one file's bytes by a function that papers name.
  func fileHash(_ source: WeightsSource, by algorithm: HashAlgorithm) throws -> [UInt8] {
    guard source.kind == .file else { throw IntegrityRefusal.directory(source.path) }
    guard source.status.size <= limits.bytes else { throw WeightsError.tooLarge(source.path, limit: limits.bytes) }
    let meter = try ProgressMeter(total: source.status.size, report: progress)
    return try FileReading(file: source.descriptor, status: source.status, copy: nil, meter: meter).hash(by: algorithm)
  }

  private func readTree(_ source: WeightsSource, into destination: Descriptor?) throws -> WeightsFingerprint {
    let tree = try WeightsTree(walking: source.descriptor, limits: limits)
    let directories = tree.directoriesWithFiles
    for directory in directories { _ = try destination?.makingDirectory(directory.text) }
    let manifest = try manifest(of: tree, into: destination)
    try tree.confirmUnchanged()
    try destination?.seal(directories)
    // Once for all files: a tree may have hundreds of thousands (decision 0031).
    try destination?.syncFileSystem()
    return WeightsFingerprint(
      digest: try manifest.digest(), kind: .directory, byteCount: tree.byteCount, fileCount: tree.files.count)
  }

  private func manifest(of tree: WeightsTree, into destination: Descriptor?) throws -> WeightsManifest {
    let meter = try ProgressMeter(total: tree.byteCount, report: progress)
    let entries = try concurrentMap(tree.files.count, width: width) { index in
      let item = tree.files[index]
      let digest = try FileReading(
        file: tree.root.opening(item.path.text), status: item.status,
        copy: destination?.makingFile(item.path.text), meter: meter
      ).run()
      return WeightsManifest.Entry(path: item.path, size: item.status.size, digest: digest)
    }
    return WeightsManifest(entries)
  }
}

extension WeightsTree {
  /// The directories that lead to a file, each before those inside it.
  fileprivate var directoriesWithFiles: [WeightsPath] {
    files.reduce(into: Set<WeightsPath>()) { $0.formUnion($1.path.directories) }.sorted()
  }
}

extension Descriptor {
  /// Makes these directories and then this one read-only, innermost first.
  fileprivate func seal(_ directories: [WeightsPath]) throws {
    for directory in directories.reversed() { try opening(directory.text).seal([]) }
    try setMode(0o555)
  }
}
