import Wire

/// A part of a page. Text from others is escaped here, so that nobody forgets to.
enum HTMLNode: ExpressibleByStringLiteral {
  case text(String)
  case element(HTMLElement)
  /// A style sheet of this program's own, the only thing that is not escaped.
  case style(StaticString)

  init(stringLiteral text: String) { self = .text(text) }

  var markup: String {
    switch self {
    // Lines stay lines; whether they show as such is for the style sheet.
    case .text(let text):
      text.split(separator: "\n", omittingEmptySubsequences: false).map { Self.escaped(shown(String($0))) }
        .joined(separator: "\n")
    case .element(let element): element.markup
    case .style(let sheet): "<style>\(sheet)</style>"
    }
  }

  static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.append(character)
      }
    }
  }
}

struct HTMLElement {
  /// Elements that have no end.
  private static let void: Set<String> = ["meta", "wbr"]

  let name: String
  let attributes: [(String, String)]
  let children: [HTMLNode]

  init(_ name: String, _ attributes: [(String, String)] = [], _ children: [HTMLNode] = []) {
    (self.name, self.attributes, self.children) = (name, attributes, children)
  }

  var markup: String {
    let opening = "<" + name + attributes.map { " \($0.0)=\"\(HTMLNode.escaped(shown($0.1)))\"" }.joined() + ">"
    guard !Self.void.contains(name) else { return opening }
    return opening + children.map(\.markup).joined() + "</\(name)>"
  }
}

extension HTMLNode {
  static func tag(_ name: String, _ attributes: [(String, String)] = [], _ children: HTMLNode...) -> HTMLNode {
    .element(HTMLElement(name, attributes, children))
  }

  static func tag(_ name: String, _ attributes: [(String, String)] = [], all children: [HTMLNode]) -> HTMLNode {
    .element(HTMLElement(name, attributes, children))
  }

  /// Names and values; a value may be several lines.
  static func definitions(_ items: [(name: String, values: [String])]) -> HTMLNode {
    tag(
      "dl",
      all: items.map { item in
        tag("div", all: [tag("dt", [], .text(item.name))] + item.values.map { tag("dd", [], .text($0)) })
      })
  }
}

/// Rows under named columns. On a narrow screen each row becomes a block, in which every cell carries its column's name.
struct HTMLTable {
  let caption: String
  let columns: [String]
  private var rows: [HTMLNode] = []

  /// For the style sheet: how wide the columns are.
  private let style: String

  init(caption: String, style: String, _ columns: String...) {
    (self.caption, self.style, self.columns) = (caption, style, columns)
  }

  /// The first cell names the row.
  mutating func add(_ cells: [[HTMLNode]], style: String = "") {
    let marked = zip(columns, cells).enumerated().map { index, item in
      index == 0
        ? HTMLNode.tag("th", [("scope", "row")], all: item.1)
        : HTMLNode.tag("td", [("data-label", item.0)], .tag("div", all: item.1))
    }
    rows.append(.tag("tr", style.isEmpty ? [] : [("class", style)], all: marked))
  }

  var node: HTMLNode {
    .tag(
      "table", [("class", style)], .tag("caption", [], .text(caption)),
      .tag("thead", [], .tag("tr", all: columns.map { .tag("th", [("scope", "col")], .text($0)) })),
      .tag("tbody", all: rows))
  }
}
