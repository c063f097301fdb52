/// Rows under named columns. On a narrow screen each row becomes a block, in which every cell carries its column's name.
package struct HTMLTable {
  let caption: String
  let columns: [String]
  private var rows: [HTMLNode] = []

  /// For the style sheet: how wide the columns are.
  private let style: String

  package init(caption: String, style: String, _ columns: String...) {
    (self.caption, self.style, self.columns) = (caption, style, columns)
  }

  /// The first cell names the row.
  package mutating func add(_ cells: [[HTMLNode]], style: String = "") {
    let marked = zip(columns, cells).enumerated().map { index, item in
      index == 0
        ? HTMLNode.tag("th", [("scope", "row")], all: item.1)
        : HTMLNode.tag("td", [("data-label", item.0)], .tag("div", all: item.1))
    }
    rows.append(.tag("tr", style.isEmpty ? [] : [("class", style)], all: marked))
  }

  package var node: HTMLNode {
    .tag(
      "table", [("class", style)], .tag("caption", [], .text(caption)),
      .tag("thead", [], .tag("tr", all: columns.map { .tag("th", [("scope", "col")], .text($0)) })),
      .tag("tbody", all: rows))
  }
}
