import Glibc
import Storage
import Yams

/// A daemon's configuration: YAML as people write it, with comments, and nothing of YAML that can surprise. Every problem is
/// named with its line, its key and what was expected.
package enum ConfigFile {
  static let maximumByteCount = 64 << 10

  /// Reads a file that only we or root can change. Throws `ConfigError`.
  package static func read(path: String) throws(ConfigError) -> ConfigSection {
    try parse(text(of: path), path: path)
  }

  /// Takes the text and the path that its relative paths are relative to the directory of.
  static func parse(_ text: String, path: String) throws(ConfigError) -> ConfigSection {
    do {
      let parser = try Parser(yaml: text)
      guard let root = try parser.singleRoot() else { throw ConfigError(path, nil, "is empty") }
      // Yams holds anchors weakly: without their parser they would look absent.
      try withExtendedLifetime(parser) { try refuseAnchors(in: root, path) }
      return try ConfigSection(root, name: "", path: path)
    } catch let error as ConfigError {
      throw error
    } catch let error as YamlError {
      throw ConfigError(path, error)
    } catch {
      throw ConfigError(path, nil, LogText.escaped("\(error)"))
    }
  }

  /// An anchor is met before the aliases that repeat it, so a file that unfolds without end is never unfolded.
  private static func refuseAnchors(in node: Node, _ path: String) throws(ConfigError) {
    guard node.anchor == nil else {
      throw ConfigError(path, node.mark?.line, "anchors and aliases (& and *) are not used here")
    }
    switch node {
    case .mapping(let mapping):
      for (key, value) in mapping {
        try refuseAnchors(in: key, path)
        try refuseAnchors(in: value, path)
      }
    case .sequence(let items): for item in items { try refuseAnchors(in: item, path) }
    case .scalar, .alias: return
    }
  }

  private static func text(of path: String) throws(ConfigError) -> String {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else { throw ConfigError(path, nil, SystemError.current) }
    defer { close(descriptor) }
    do { try FileGuard.checkTrusted(descriptor: descriptor, path: path) } catch {
      throw ConfigError(path, nil, "\(error)")
    }
    var bytes = [UInt8](repeating: 0, count: maximumByteCount + 1)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
    guard count >= 0 else { throw ConfigError(path, nil, SystemError.current) }
    guard count <= maximumByteCount else { throw ConfigError(path, nil, "is longer than \(maximumByteCount) bytes") }
    guard let text = String(validating: bytes.prefix(count), as: UTF8.self) else {
      throw ConfigError(path, nil, "is not UTF-8")
    }
    return text
  }
}

/// What is wrong with a configuration, and where.
package struct ConfigError: Error, Equatable, CustomStringConvertible {
  package let description: String

  init(_ path: String, _ line: Int?, _ problem: String) {
    description = "config \(path): \(line.map { "line \($0): " } ?? "")\(problem)"
  }

  init(_ path: String, _ error: YamlError) {
    switch error {
    case .duplicatedKeysInMapping(let keys, _):
      let names = keys.sorted().map { LogText.escaped($0, limit: 64) }.joined(separator: ", ")
      self.init(path, nil, "given more than once: \(names)")
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      self.init(path, mark.line, problem)
    default: self.init(path, nil, LogText.escaped("\(error)"))
    }
  }
}
