import HTML
import HTTPTypes
import NIOCore
import Signing

/// The few files that pages load, all of this program's own.
struct SiteFile: Sendable {
  let name: String
  let answer: Answer

  private init(_ name: String, _ type: Answer.ContentType, _ text: String) {
    self.name = name
    answer = Answer(
      status: .ok, type: type, body: ByteBuffer(string: text), tag: "\"\(Digest(hashing: Array(text.utf8)).hex)\"",
      maxAge: 600)
  }

  static let style = SiteFile("pages.css", .css, SiteStyle.sheet.text)
  static let script = SiteFile("drop.js", .script, "\(DropScript.text)\n")
  static let icon = SiteFile("icon.svg", .svg, "\(SiteStyle.icon)\n")
  static let all = [style, script, icon]
}
