import Foundation

/// The programs of this package as they were built beside the tests that run.
package enum BuiltPrograms {
  package static func path(_ name: String) throws -> String {
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let path = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent(name).path
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw ProcessFailure("there is no program \(path); swift build makes all of them")
    }
    return path
  }
}

/// A process of a test did not do what it was started for.
package struct ProcessFailure: Error, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}
