import Foundation

/// This repository as files.
enum Repository {
  /// The directory of Package.swift.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Where this test was built: `…/debug`, with the daemons beside it.
  static var products: URL {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
  }

  /// The Swift files under `folder`, sorted by path.
  static func sources(under folder: String) throws -> [SourceFile] {
    try FileManager.default.subpathsOfDirectory(atPath: root.appendingPathComponent(folder).path)
      .filter { $0.hasSuffix(".swift") && !$0.contains("/.") }.map { "\(folder)/\($0)" }.sorted()
      .map { SourceFile(path: $0, text: try String(contentsOf: root.appendingPathComponent($0), encoding: .utf8)) }
  }
}

struct SourceFile {
  /// From the root of the repository: `Sources/Planes/TrainingPlane/TrainingPlane.swift`.
  let path: String
  let text: String

  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

  /// The modules that its import lines name, however they are decorated.
  var imports: Set<String> {
    let decorated =
      #/^\s*(?:@\w+(?:\([^)]*\))?\s+|\w+\s+)*?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)/#
    return Set(lines.compactMap { line in line.firstMatch(of: decorated).map { String($0.1) } })
  }

  /// Numbered lines of code: without comments, and with every text literal emptied.
  var code: [(number: Int, line: String)] {
    var isInsideText = false
    return lines.enumerated().compactMap { index, line in
      let marks = line.ranges(of: "\"\"\"").count
      defer { if !marks.isMultiple(of: 2) { isInsideText.toggle() } }
      guard !isInsideText, marks == 0 else { return nil }
      let bare = line.replacing(#/#?"(?:\\.|[^"\\])*"#?/#, with: "\"\"")
      return (index + 1, String(bare.replacing(#///.*$/#, with: "")))
    }
  }
}
