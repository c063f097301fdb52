/// A `key: value` line of a plane's config, at the left margin and on one line as the shipped configs have them. The planes themselves
/// read the file in full; this is for what `planectl` says about it.
enum ConfigLine {
  /// - Returns: nil where the file has no such line.
  /// - Throws: `FileSystemError` when the caller may not read it, or it is not there.
  static func value(of key: String, in path: String) throws -> String? {
    let text = String(decoding: try TextFile.read(path), as: UTF8.self)
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0] == key else { continue }
      let value = parts[1].split(separator: " #").first ?? ""
      return String(value.filter { !$0.isWhitespace && $0 != "\"" && $0 != "'" })
    }
    return nil
  }

  /// A path, as the plane takes it: relative to the config's folder, from which `..` at its beginning climbs.
  static func path(of key: String, in config: String) throws -> String? {
    guard let value = try value(of: key, in: config), !value.isEmpty else { return nil }
    guard !value.hasPrefix("/") else { return value }
    var (folder, rest) = (config.folder, value[...])
    while rest.hasPrefix("../") { (folder, rest) = (folder.folder, rest.dropFirst(3)) }
    return "\(folder)/\(rest)"
  }
}

extension StringProtocol {
  /// What stands before the last slash; `.` where there is none.
  var folder: String { lastIndex(of: "/").map { $0 == startIndex ? "/" : String(self[..<$0]) } ?? "." }
}
