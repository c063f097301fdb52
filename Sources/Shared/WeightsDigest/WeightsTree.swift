/// The files below a directory, found before any is read, with the status that each had then.
struct WeightsTree: Sendable {
  struct Item: Sendable {
    let path: WeightsPath
    let status: FileStatus
  }

  let root: Descriptor
  /// In byte order of path; never empty.
  let files: [Item]
  /// Of all files together.
  let byteCount: Int64
  private let rootStatus: FileStatus
  private let directories: [Item]

  init(walking root: Descriptor, limits: WeightsLimits) throws {
    var walk = Walk(root: root, limits: limits)
    self.root = root
    rootStatus = try root.status()
    try walk.run()
    guard !walk.files.isEmpty else { throw WeightsError.emptyTree(root.path) }
    files = walk.files.sorted { $0.path < $1.path }
    byteCount = walk.byteCount
    directories = walk.directories
  }

  /// Throws when a file came, went or was replaced in one of the directories since the walk.
  func confirmUnchanged() throws {
    guard try root.status() == rootStatus else { throw WeightsError.changedWhileRead(root.path) }
    for directory in directories {
      guard try root.opening(directory.path.text).status() == directory.status else {
        throw WeightsError.changedWhileRead(root.child(directory.path.text))
      }
    }
  }
}

/// An iterative walk: what is yet to be listed is a list of paths, each opened from the root without following a link.
private struct Walk {
  let root: Descriptor
  let limits: WeightsLimits
  var files: [WeightsTree.Item] = []
  var directories: [WeightsTree.Item] = []
  var byteCount: Int64 = 0
  private var pending: [WeightsPath] = []

  init(root: Descriptor, limits: WeightsLimits) {
    self.root = root
    self.limits = limits
  }

  mutating func run() throws {
    try list(root, at: nil)
    while let path = pending.popLast() {
      try list(root.opening(path.text), at: path)
    }
  }

  private mutating func list(_ directory: Descriptor, at path: WeightsPath?) throws {
    let room = limits.entries - files.count - directories.count
    guard let names = try directory.names(limit: room) else {
      throw WeightsError.tooManyEntries(root.path, limit: limits.entries)
    }
    for name in names {
      try add(WeightsPath(name: name, in: path), name: String(decoding: name, as: UTF8.self), from: directory)
    }
  }

  private mutating func add(_ path: WeightsPath, name: String, from directory: Descriptor) throws {
    let item = WeightsTree.Item(path: path, status: try directory.status(of: name))
    switch item.status.type {
    case .regular:
      try count(item.status.size)
      files.append(item)
    case .directory:
      guard path.depth < limits.depth else { throw WeightsError.tooDeep(root.path, limit: limits.depth) }
      directories.append(item)
      pending.append(path)
    case .symbolicLink:
      throw WeightsError.symbolicLink(directory.child(name))
    case .pipe, .socket, .device:
      throw WeightsError.notAFile(directory.child(name), item.status.type)
    }
  }

  private mutating func count(_ size: Int64) throws {
    let (sum, overflow) = byteCount.addingReportingOverflow(size)
    guard !overflow, sum <= limits.bytes else { throw WeightsError.tooLarge(root.path, limit: limits.bytes) }
    byteCount = sum
  }
}
