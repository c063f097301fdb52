import Foundation
import Wire

/// What was measured, for people as it comes and for programs at the end.
struct Report {
  private var sections: [JSONValue] = []
  private(set) var isGreen = true

  init() {
    Console.say(Machine.text)
    if Machine.isBusy {
      Console.say("The machine is busy with something else: what is measured in wall time says little.")
    }
    Console.say("")
  }

  /// A section that fails is a bar that is missed; the others are still run.
  mutating func run(_ section: any Section) {
    Console.say("\(section.name): \(section.method)")
    do { add(try section.measure(), of: section) } catch {
      isGreen = false
      Console.say("MISSED  \(section.name) could not be measured: \(error)\n")
      sections.append(["section": .string(section.name), "error": .string("\(error)")])
    }
  }

  private mutating func add(_ findings: Findings, of section: any Section) {
    isGreen = isGreen && findings.figures.allSatisfy(\.isMet)
    for line in findings.figures.map(\.line) + findings.remarks.map({ "        \($0)" }) { Console.say(line) }
    Console.say("")
    sections.append([
      "section": .string(section.name), "method": .string(section.method),
      "figures": .array(findings.figures.map(\.json)), "remarks": .init(findings.remarks),
      "samples": .object(findings.samples),
    ])
  }

  func write(to path: String) throws {
    let report: JSONValue = [
      "machine": .object(Machine.facts), "green": .bool(isGreen), "sections": .array(sections),
    ]
    try (report.jsonText + "\n").write(toFile: path, atomically: true, encoding: .utf8)
  }
}

/// Lines that are seen when they are said, also through a pipe.
enum Console {
  static func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }
  /// What is only to be known while it lasts.
  static func progress(_ line: String) { FileHandle.standardError.write(Data("\(line)\n".utf8)) }
}
