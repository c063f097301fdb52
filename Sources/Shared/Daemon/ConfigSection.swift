import Yams

/// One mapping of a configuration, read key by key. A key that nobody asked for is refused by `finish`: it is a spelling
/// mistake, or means something to another version.
///
/// A getter with a default gives it when the key is absent; without one, an absent key is an error. Not `Sendable`: it
/// lives while a daemon starts.
package final class ConfigSection {
  private let name: String
  private let path: String
  private let entries: [(key: String, value: Node)]
  private var asked: [String] = []
  private var children: [ConfigSection] = []

  init(_ node: Node, name: String, path: String) throws(ConfigError) {
    guard case .mapping(let mapping) = node else {
      let subject = name.isEmpty ? "the file" : "`\(name)`"
      throw ConfigError(path, node.mark?.line, "\(subject) is not a mapping (lines of `key: value`)")
    }
    var entries: [(key: String, value: Node)] = []
    for (key, value) in mapping {
      guard case .scalar(let scalar) = key else { throw ConfigError(path, key.mark?.line, "a key is not a plain name") }
      entries.append((scalar.string, value))
    }
    self.entries = entries
    self.name = name
    self.path = path
  }

  /// The keys, in the order of the file: for sections whose keys are names that people choose.
  package var keys: [String] { entries.map(\.key) }

  /// Whether a key is present.
  package func has(_ key: String) -> Bool {
    asked.append(key)
    return node(key) != nil
  }

  /// Any scalar, as it is written: `0123` and `no` stay what they look like.
  package func string(_ key: String, default fallback: String? = nil) throws(ConfigError) -> String {
    try value(key, fallback, "a text") { ConfigScalar.text($0) }
  }

  /// A path; a relative one is relative to the directory of the config file.
  package func path(_ key: String, default fallback: String? = nil) throws(ConfigError) -> String {
    try resolved(value(key, fallback, "a path") { ConfigScalar.text($0) }, key)
  }

  /// An integer within bounds.
  package func int(
    _ key: String, in range: ClosedRange<Int>, default fallback: Int? = nil
  ) throws(ConfigError) -> Int {
    try value(key, fallback, "an integer from \(range.lowerBound) to \(range.upperBound)") { node in
      ConfigScalar.int(node).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  /// A duration, written as a whole number of seconds.
  package func seconds(
    _ key: String, in range: ClosedRange<Int>, default fallback: Int? = nil
  ) throws(ConfigError) -> Duration {
    let seconds = try value(key, fallback, "seconds, an integer from \(range.lowerBound) to \(range.upperBound)") {
      node in
      ConfigScalar.int(node).flatMap { range.contains($0) ? $0 : nil }
    }
    return .seconds(seconds)
  }

  /// `true` or `false`.
  package func bool(_ key: String, default fallback: Bool? = nil) throws(ConfigError) -> Bool {
    try value(key, fallback, "true or false") { ConfigScalar.bool($0) }
  }

  /// A list of texts.
  package func strings(_ key: String, default fallback: [String]? = nil) throws(ConfigError) -> [String] {
    try value(key, fallback, "a list of texts") { node in
      guard case .sequence(let items) = node else { return nil }
      let texts = items.compactMap { ConfigScalar.text($0) }
      return texts.count == items.count ? texts : nil
    }
  }

  /// A list of paths; relative ones are relative to the directory of the config file.
  package func paths(_ key: String, default fallback: [String]? = nil) throws(ConfigError) -> [String] {
    var paths: [String] = []
    for text in try strings(key, default: fallback) { paths.append(try resolved(text, key)) }
    return paths
  }

  /// A nested mapping; `finish` of this one finishes it too.
  package func map(_ key: String) throws(ConfigError) -> ConfigSection {
    let node = try value(key, nil, "a mapping (lines of `key: value`)") { $0 }
    let child = try ConfigSection(node, name: dotted(key), path: path)
    children.append(child)
    return child
  }

  /// Call last: refuses the first key that nobody asked for, here or in a nested mapping.
  package func finish() throws(ConfigError) {
    for (key, value) in entries where !asked.contains(key) {
      let known = Set(asked).sorted().joined(separator: ", ")
      let name = LogText.escaped(dotted(key), limit: 100)
      throw ConfigError(path, value.mark?.line, "unknown key `\(name)`; the keys here are: \(known)")
    }
    for child in children { try child.finish() }
  }

  /// An error about a key of this section, for checks that only its reader can make.
  package func failure(_ key: String, _ problem: String) -> ConfigError {
    ConfigError(path, node(key)?.mark?.line, "`\(dotted(key))`: \(problem)")
  }

  /// A path that stands inside another value; a relative one is relative to the directory of the config file.
  package func resolved(_ text: String, _ key: String) throws(ConfigError) -> String {
    guard !text.utf8.contains(0) else { throw failure(key, "a path has no NUL character") }
    guard !text.utf8.starts(with: "/".utf8) else { return text }
    guard let slash = path.lastIndex(of: "/") else { return text }
    return "\(path[...slash])\(text)"
  }

  func value<Value>(
    _ key: String, _ fallback: Value?, _ expected: String, _ decode: (Node) -> Value?
  ) throws(ConfigError) -> Value {
    asked.append(key)
    guard let node = node(key) else {
      guard let fallback else { throw failure(key, "is missing; expected \(expected)") }
      return fallback
    }
    guard let value = decode(node) else {
      throw failure(key, "expected \(expected), found \(ConfigScalar.describe(node))")
    }
    return value
  }

  private func node(_ key: String) -> Node? { entries.first { $0.key == key }?.value }
  private func dotted(_ key: String) -> String { name.isEmpty ? key : "\(name).\(key)" }
}

/// The few scalars that a configuration has.
private enum ConfigScalar {
  /// The text of a scalar, or nil for an empty value and everything that is not a scalar.
  static func text(_ node: Node) -> String? {
    guard case .scalar(let scalar) = node, !isNull(scalar), !scalar.string.isEmpty else { return nil }
    return scalar.string
  }

  /// Decimal digits with an optional minus, not in quotes.
  static func int(_ node: Node) -> Int? {
    guard case .scalar(let scalar) = node, scalar.style == .plain else { return nil }
    guard let value = Int(scalar.string), "\(value)" == scalar.string else { return nil }
    return value
  }

  static func bool(_ node: Node) -> Bool? {
    guard case .scalar(let scalar) = node, scalar.style == .plain else { return nil }
    return Bool(scalar.string)
  }

  static func describe(_ node: Node) -> String {
    switch node {
    case .scalar(let scalar): isNull(scalar) ? "nothing" : "\"\(LogText.escaped(scalar.string, limit: 80))\""
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }

  private static func isNull(_ scalar: Node.Scalar) -> Bool {
    scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }
}
