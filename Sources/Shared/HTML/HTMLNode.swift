import Wire

/// A part of a page. Text from others is escaped here, so that nobody forgets to.
package enum HTMLNode: ExpressibleByStringLiteral, Sendable {
  case text(String)
  case element(HTMLElement)
  /// A style sheet of this program's own, the only thing that is not escaped.
  case style(StyleSheet)

  package init(stringLiteral text: String) { self = .text(text) }

  package var markup: String {
    switch self {
    // Lines stay lines; whether they show as such is for the style sheet.
    case .text(let text):
      text.split(separator: "\n", omittingEmptySubsequences: false).map { Self.escaped(shown(String($0))) }
        .joined(separator: "\n")
    case .element(let element): element.markup
    case .style(let sheet): "<style>\(sheet.text)</style>"
    }
  }

  /// Scalar by scalar: a letter that joins with what follows it would hide a `<` in a character of its own.
  static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if let name = names[scalar] { result.append(contentsOf: name.unicodeScalars) } else { result.append(scalar) }
    }
    return String(result)
  }

  private static let names: [Unicode.Scalar: String] = [
    "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;",
  ]
}

package struct HTMLElement: Sendable {
  /// Elements that have no end.
  private static let void: Set<String> = ["meta", "link", "input", "wbr"]

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
  package static func tag(
    _ name: String, _ attributes: [(String, String)] = [], _ children: HTMLNode...
  ) -> HTMLNode {
    .element(HTMLElement(name, attributes, children))
  }

  package static func tag(
    _ name: String, _ attributes: [(String, String)] = [], all children: [HTMLNode]
  ) -> HTMLNode {
    .element(HTMLElement(name, attributes, children))
  }

  /// Names and values; a value may be several lines.
  package static func definitions(_ items: [(name: String, values: [String])]) -> HTMLNode {
    definitions(items.map { item in (item.name, item.values.map { HTMLNode.text($0) }) })
  }

  /// The same with values that are parts of pages themselves.
  package static func definitions(_ items: [(name: String, values: [HTMLNode])]) -> HTMLNode {
    tag(
      "dl",
      all: items.map { item in
        tag("div", all: [tag("dt", [], .text(item.name))] + item.values.map { tag("dd", [], $0) })
      })
  }

  /// A section under a heading of the second level.
  package static func section(_ title: String, style: String = "", _ content: [HTMLNode]) -> HTMLNode {
    tag("section", style.isEmpty ? [] : [("class", style)], all: [tag("h2", [], .text(title))] + content)
  }

  /// A whole page of a language, with its first line.
  package static func document(language: String, head: HTMLNode, body: HTMLNode) -> String {
    "<!DOCTYPE html>\n\(tag("html", [("lang", language)], head, body).markup)\n"
  }
}
