import AgentFacts
import HTML

/// What all pages of the site have around what they say.
///
/// Every address in them is relative and one step deep, so that they work wherever a server in front puts them.
struct SitePage {
  let site: Site
  let part: Site.Part
  /// Also the page's first heading, so that a reader of tabs and a reader of headings find the same.
  let title: String
  let content: [HTMLNode]
  /// Whether the page has a place where a file may be dropped.
  var takesDrops = false

  var html: String {
    HTMLNode.document(language: "en", head: head, body: body)
  }

  /// Nothing is loaded from elsewhere, nothing stands in the page itself that runs or paints, and forms are sent to where they came from.
  var policy: String {
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
      + (takesDrops ? "; script-src 'self'" : "")
  }

  private var head: HTMLNode {
    .tag(
      "head",
      all: [
        .tag("meta", [("charset", "utf-8")]),
        .tag("meta", [("name", "viewport"), ("content", "width=device-width, initial-scale=1")]),
        .tag("title", [], .text("\(title) · \(site.registry)")),
        .tag("link", [("rel", "icon"), ("type", "image/svg+xml"), ("href", SiteFile.icon.name)]),
        .tag("link", [("rel", "stylesheet"), ("href", SiteFile.style.name)]),
      ] + (takesDrops ? [.tag("script", [("src", SiteFile.script.name), ("defer", "")])] : []))
  }

  private var body: HTMLNode {
    .tag(
      "body", [],
      .tag("a", [("class", "skip"), ("href", "#content")], "Skip to the content"),
      .tag(
        "header", [],
        .tag("p", [("class", "site")], .tag("strong", [], .text(site.registry.text)), .text(" by \(site.provider)")),
        .tag("nav", [("aria-label", "Site")], .tag("ul", all: Site.Part.allCases.map(link)))),
      .tag("main", [("id", "content"), ("tabindex", "-1")], all: [.tag("h1", [], .text(title))] + content),
      .tag("footer", [], .tag("p", [], .text(Self.footer))))
  }

  private func link(to part: Site.Part) -> HTMLNode {
    let current = part == self.part ? [("aria-current", "page")] : []
    return .tag("li", [], .tag("a", [("href", part.rawValue)] + current, .text(part.title)))
  }

  private static let footer = """
    This server can change nothing. What it says rests on the planes' signatures; to rely on nobody's server, check a bundle \
    yourself with planectl bundle verify.
    """
}
