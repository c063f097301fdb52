/// Where a home's bridge listens, as people write it: `http://127.0.0.1:8370`, or `unix:PATH`.
enum BridgeAddress {
  private static let readyMark = " ready address="
  private static let unixMark = "unix:"

  /// By the last line of its log that says so; nil where none does. A line counts once it has its end.
  static func told(in log: String) -> String? {
    let lines = log.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    guard let line = lines.last(where: { $0.contains(readyMark) }), let mark = line.firstRange(of: readyMark) else {
      return nil
    }
    let value = line[mark.upperBound...]
    // A value with a space in it stands in quotes.
    return written(value.first == "\"" ? value.dropFirst().dropLast() : value)
  }

  /// By its config; nil where that leaves the port to the system, or cannot be read.
  static func configured(in config: String) -> String? {
    guard let value = try? ConfigLine.value(of: "listen", in: config), !value.hasSuffix(":0") else { return nil }
    guard value.hasPrefix(unixMark) else { return written(value[...]) }
    let path = value.dropFirst(unixMark.count)
    return path.hasPrefix("/") ? value : "\(unixMark)\(config.folder)/\(path)"
  }

  private static func written(_ address: Substring) -> String {
    address.hasPrefix(unixMark) ? String(address) : "http://\(address)"
  }
}
