import Attestations
import Foundation
import PlaneContract
import Testing

/// docs/protocol.md shows the permission table between two marks. `UPDATE_DOCS=1` rewrites it from the code.
@Suite struct ProtocolDocumentTests {
  private static let begin = "<!-- permissions:begin -->\n"
  private static let end = "<!-- permissions:end -->"
  private static let document = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("docs/protocol.md")

  @Test func theDocumentedPermissionsAreTheOnesInForce() throws {
    let text = try String(contentsOf: Self.document, encoding: .utf8)
    let begin = try #require(text.range(of: Self.begin), "docs/protocol.md has no \(Self.begin)")
    let end = try #require(text.range(of: Self.end), "docs/protocol.md has no \(Self.end)")
    let table = Self.table()
    if ProcessInfo.processInfo.environment["UPDATE_DOCS"] == "1" {
      let updated = text.replacingCharacters(in: begin.upperBound..<end.lowerBound, with: table)
      try updated.write(to: Self.document, atomically: true, encoding: .utf8)
    } else {
      #expect(
        text[begin.upperBound..<end.lowerBound] == table, "run: UPDATE_DOCS=1 swift test --filter ProtocolDocument")
    }
  }

  private static func table() -> String {
    let rows = Permissions.table.map { row in
      let roles = row.roles.map(\.rawValue).joined(separator: ", ")
      return "| `\(row.socket.path)` | `\(row.socket.group)` | \(words(row.kinds)) | \(roles) |"
    }
    let head = ["| socket | group | kinds | roles |", "|---|---|---|---|"]
    let everywhere = ["| every socket | | \(words(Permissions.everywhere)) | any principal |"]
    return (head + rows + everywhere).map { $0 + "\n" }.joined()
  }

  private static func words(_ kinds: [MessageKind]) -> String {
    kinds.map { "`\($0.rawValue)`" }.joined(separator: ", ")
  }
}
