import HTML

/// Checks by name, each with its outcome and what it said.
struct ChecksTable {
  private var table: HTMLTable

  init(caption: String) { table = HTMLTable(caption: caption, style: "checks", "Check", "Outcome", "Found") }

  /// - Parameters:
  ///   - name: by which programs know it.
  ///   - passed: nil where nothing was checked.
  mutating func add(_ words: String, _ name: String, _ passed: Bool?, _ reason: String) {
    let mark: Mark = passed.map { $0 ? .yes("passed") : .no("failed") } ?? .open("not checked")
    table.add([[.text(words), .sub(.code(name))], [mark.node], [.text(reason)]])
  }

  var node: HTMLNode { table.node }
}
