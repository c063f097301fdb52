import Attestations
import Bundles
import HTML
import Wire

/// Where somebody names a model or brings a bundle.
struct VerifyPage {
  let site: Site
  /// What was wrong with what was sent before; nil for nothing.
  var fault: String?

  var page: SitePage {
    SitePage(
      site: site, part: .verify, title: "May a model run?", content: [lead] + problem + Self.forms, takesDrops: true)
  }

  private var lead: HTMLNode {
    .tag(
      "p", [("class", "lead")],
      "Name a model to see what the serving plane says of it now, or bring its bundle to see what its papers prove.")
  }

  private var problem: [HTMLNode] {
    fault.map { [.tag("div", [("role", "alert"), ("class", "warning")], .tag("p", [], .text($0)))] } ?? []
  }

  static var forms: [HTMLNode] { [.section("Name a model", [nameForm]), .section("Bring a bundle", [bundleForm])] }

  private static var nameForm: HTMLNode {
    .tag(
      "form", [("action", "verify"), ("method", "get")],
      .tag("label", [("for", "model")], "Model"),
      field("model", maximum: 200, [("required", "")]),
      .tag("button", [("type", "submit")], "See whether it may run"))
  }

  private static var bundleForm: HTMLNode {
    .tag(
      "form", [("action", "verify"), ("method", "post"), ("enctype", "multipart/form-data")],
      .tag(
        "div", [("class", "drop"), ("data-drop", ""), ("data-limit", "\(BundleUpload.maximumBundleByteCount)")],
        .tag("label", [("for", "bundle")], "Bundle file"),
        .tag(
          "input",
          [
            ("type", "file"), ("id", "bundle"), ("name", "bundle"), ("required", ""),
            ("accept", ".json,application/json"), ("aria-describedby", "bundle-hint"),
          ]),
        .tag(
          "p", [("class", "hint"), ("id", "bundle-hint")],
          "One JSON file of at most 16 MiB, as planectl bundle export writes it. It is checked and not kept.",
          .tag("span", [("data-hint", ""), ("hidden", "")], " You can also drop it here.")),
        .tag("p", [("role", "status"), ("class", "hint")])),
      .tag("label", [("for", "environment")], "Environment, if you ask about one alone"),
      field("environment", maximum: 64, [("aria-describedby", "environment-hint")]),
      .tag(
        "p", [("class", "hint"), ("id", "environment-hint")],
        "Left empty, every environment that the approval names is looked at."),
      .tag("button", [("type", "submit")], "Check the bundle"))
  }

  private static func field(_ name: String, maximum: Int, _ more: [(String, String)]) -> HTMLNode {
    .tag(
      "input",
      [
        ("type", "text"), ("id", name), ("name", name), ("maxlength", "\(maximum)"), ("autocomplete", "off"),
        ("autocapitalize", "none"), ("spellcheck", "false"),
      ] + more)
  }
}
