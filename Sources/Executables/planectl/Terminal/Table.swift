import Wire

/// Rows under column names, aligned; on a terminal too narrow for that, each row as a list of its fields.
struct Table {
  private static let gap = "  "

  let columns: [String]
  private(set) var rows: [[String]] = []

  init(_ columns: String...) { self.columns = columns }

  init(_ columns: [String]) { self.columns = columns }

  /// Takes one cell a column. Cells are made fit to be shown here, so that nobody forgets to.
  mutating func add(_ cells: String...) { add(cells) }

  mutating func add(_ cells: [String]) {
    rows.append(cells.map { $0.isEmpty ? "-" : shown($0) })
  }

  /// - Parameter width: columns of the terminal; nil for a file or a pipe, which have no edge.
  func lines(width: Int?) -> [String] {
    let widths = columns.indices.map { index in
      rows.map { $0[index].count }.reduce(columns[index].count, max)
    }
    let total = widths.reduce(0, +) + Self.gap.count * (columns.count - 1)
    if let width, total > width { return records() }
    return ([columns] + rows).map { aligned($0, widths) }
  }

  private func aligned(_ cells: [String], _ widths: [Int]) -> String {
    let padded = zip(cells, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
    let line = padded.joined(separator: Self.gap)
    return String(line.prefix(line.count - trailingSpaces(line)))
  }

  private func trailingSpaces(_ line: String) -> Int { line.reversed().prefix { $0 == " " }.count }

  private func records() -> [String] {
    rows.enumerated().flatMap { index, cells in
      (index == 0 ? [] : [""]) + Fields(zip(columns, cells).map { ($0.lowercased(), $1) }).lines
    }
  }
}

/// Names and values below each other, values aligned.
struct Fields {
  private(set) var items: [(String, String)]

  init(_ items: [(String, String)] = []) { self.items = items }

  mutating func add(_ name: String, _ value: String) { items.append((name, shown(value))) }

  var lines: [String] {
    let width = items.map(\.0.count).max() ?? 0
    return items.map { name, value in "\(name)\(String(repeating: " ", count: width - name.count))  \(value)" }
  }
}
