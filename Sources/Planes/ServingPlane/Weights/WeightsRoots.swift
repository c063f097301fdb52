import WeightsDigest

/// The directories below which weights may be read (`weights_roots`), and those that are never read: the plane's own state.
///
/// A path is taken only when it begins with the text of a root, and the rest of it is followed part by part, without leaving that root
/// or passing a symbolic link. Excluded directories are recognised by device and inode, whatever name leads to them.
package struct WeightsRoots: Sendable {
  private let roots: [String]
  private let excluded: [String]

  /// Takes absolute paths without `.` and `..`. Links in them are followed: they are the operator's words.
  package init(roots: [String], excluded: [String]) throws {
    self.roots = try roots.map(Self.plain)
    self.excluded = excluded
  }

  /// Opens the file or directory of weights at `path`.
  /// - Throws: `WeightsRootsError`; what `WeightsSource` throws.
  package func open(_ path: String) throws -> WeightsSource {
    let plain = try Self.plain(path)
    guard let root = roots.filter({ Self.leads($0, to: plain) }).max(by: { $0.utf8.count < $1.utf8.count }) else {
      throw WeightsRootsError.outside(path, roots: roots)
    }
    var parts = plain.utf8.dropFirst(root.utf8.count).split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
    guard let name = parts.popLast() else { throw WeightsRootsError.outside(path, roots: roots) }
    var parent = try Descriptor.anchor(following: root)
    if !parts.isEmpty { parent = try parent.openingAnchor(parts.joined(separator: "/")) }
    let source = try WeightsSource(opening: name, in: parent)
    try refuseExcluded(source, in: parent)
    return source
  }

  /// Refuses a source that lies in an excluded directory, is one, or has one inside it.
  private func refuseExcluded(_ source: WeightsSource, in parent: Descriptor) throws {
    let around = try Self.ancestry(of: parent) + [source.directoryIdentity].compactMap { $0 }
    for path in excluded {
      let directory = try Descriptor.anchor(following: path)
      let identity = try directory.status().identity
      if around.contains(identity) { throw WeightsRootsError.excluded(source.path, directory: path) }
      guard let own = source.directoryIdentity else { continue }
      if try Self.ancestry(of: directory).contains(own) {
        throw WeightsRootsError.containsExcluded(source.path, directory: path)
      }
    }
  }

  /// The directory and those above it, up to the root of the file system, which is its own parent.
  private static func ancestry(of directory: Descriptor) throws -> [FileIdentity] {
    var chain = [try directory.status().identity]
    var current = directory
    while true {
      current = try current.openingParent()
      let identity = try current.status().identity
      if identity == chain.last { return chain }
      chain.append(identity)
    }
  }

  /// The path without empty parts. Nothing else is tidied: a path with dots is refused.
  private static func plain(_ path: String) throws -> String {
    guard path.utf8.first == UInt8(ascii: "/"), !path.utf8.contains(0) else {
      throw WeightsRootsError.notAbsolute(path)
    }
    let parts = path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
    guard !parts.contains("."), !parts.contains("..") else { throw WeightsRootsError.dots(path) }
    return "/" + parts.joined(separator: "/")
  }

  private static func leads(_ root: String, to path: String) -> Bool {
    root == "/" || path.utf8.starts(with: (root + "/").utf8)
  }
}

/// Why a path is not read. Every description names the path and says what to do.
package enum WeightsRootsError: Error, Equatable, CustomStringConvertible {
  case notAbsolute(String)
  case dots(String)
  case outside(String, roots: [String])
  case excluded(String, directory: String)
  case containsExcluded(String, directory: String)

  package var description: String {
    switch self {
    case .notAbsolute(let path):
      "the weights path \(Printable.text(path)) is not absolute: write it from `/` on"
    case .dots(let path):
      "the weights path \(Printable.text(path)) has a part `.` or `..`: write it without"
    case .outside(let path, let roots) where roots.isEmpty:
      "\(Printable.text(path)) is not read, because this plane has no weights_roots: name a directory in its config"
    case .outside(let path, let roots):
      "\(Printable.text(path)) is not below any of this plane's weights_roots (\(roots.joined(separator: ", "))): "
        + "put the weights there"
    case .excluded(let path, let directory):
      "\(Printable.text(path)) lies in \(Printable.text(directory)), where the plane keeps its own state: put the weights elsewhere"
    case .containsExcluded(let path, let directory):
      "\(Printable.text(path)) contains \(Printable.text(directory)), where the plane keeps its own state: "
        + "give a directory that holds the weights alone"
    }
  }
}
