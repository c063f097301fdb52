import Foundation

/// One file of `systemd/` as its settings, in order: `[Socket]`, `ListenStream=…`.
struct UnitFile {
  let name: String
  private let settings: [(section: String, key: String, value: String)]

  init(name: String) throws {
    self.name = name
    var section = ""
    settings = try Self.lines(of: name).compactMap { line in
      if line.hasPrefix("[") {
        section = String(line)
        return nil
      }
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      return parts.count == 2 ? (section, parts[0], parts[1]) : nil
    }
  }

  static let folder = Repository.root.appendingPathComponent("systemd")

  /// Every unit whose name ends in `suffix`, by name.
  static func all(_ suffix: String) throws -> [UnitFile] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(suffix) }.sorted()
      .map { try UnitFile(name: $0) }
  }

  /// The lines of a file of `systemd/` that say something.
  static func lines(of name: String) throws -> [Substring] {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
      .split(separator: "\n").filter { !$0.hasPrefix("#") }
  }

  /// What `key` is set to, each time it is.
  func values(_ section: String, _ key: String) -> [String] {
    settings.filter { $0.section == "[\(section)]" && $0.key == key }.map(\.value)
  }

  /// `key=value` of a section, in order.
  func settings(of section: String) -> [String] {
    settings.filter { $0.section == "[\(section)]" }.map { "\($0.key)=\($0.value)" }
  }
}
