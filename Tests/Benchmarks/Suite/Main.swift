import Glibc

/// Measures the planes of a release build against floors that are measured in the same run.
///
/// usage: planes-bench [authorize|path|approve|quorum|weights|copy|during|drift|log|ready|nanda|scale]... [--json FILE]
/// BIN names the folder of the programs. Exits 1 where a bar is missed, after everything was run.
@main
struct Main {
  private static let sections: [any Section] = [
    Authorize(), Path(), Approve(), QuorumCheck(), Weights(), Copying(), DuringDeploy(), DriftComparison(),
    EvidenceLog(), Ready(), NandaRegistry(), Scale(),
  ]

  static func main() throws {
    var arguments = Array(CommandLine.arguments.dropFirst())
    var json: String?
    if let option = arguments.firstIndex(of: "--json") {
      guard option + 1 < arguments.count else { throw BenchError("--json needs a file") }
      json = arguments[option + 1]
      arguments.removeSubrange(option...option + 1)
    }
    var report = Report()
    for section in try chosen(arguments) { report.run(section) }
    if let json { try report.write(to: json) }
    exit(report.isGreen ? 0 : 1)
  }

  private static func chosen(_ names: [String]) throws -> [any Section] {
    guard !names.isEmpty else { return sections }
    return try names.map { name in
      guard let section = sections.first(where: { $0.name == name }) else {
        throw BenchError("there is no section \(name); known are \(sections.map(\.name).joined(separator: ", "))")
      }
      return section
    }
  }
}
