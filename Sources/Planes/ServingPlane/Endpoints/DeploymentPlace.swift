import WeightsDigest

/// Where a model is served: which model, in which environment. Both become parts of a path, so they are checked here again
/// by what a path must not have, whoever checked them before.
package struct DeploymentPlace: Hashable, Sendable, CustomStringConvertible {
  package let model: String
  package let environment: String

  /// Takes identifiers by the rules of the wire (DESIGN, section 2).
  /// - Throws: `UnusablePlace` when one could lead outside its directory, or collide with the name `current`.
  package init(model: String, environment: String) throws {
    self.model = model
    self.environment = environment
    guard !environment.contains("/"), parts.allSatisfy(Self.isUsable) else {
      throw UnusablePlace(model: model, environment: environment)
    }
  }

  /// The directories from the endpoint's own down to the one that holds `current`: the environment, then the model's parts.
  var parts: [String] {
    [environment] + model.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
  }

  package var description: String { "\(model) in \(environment)" }

  private static func isUsable(_ part: String) -> Bool {
    !part.isEmpty && part.utf8.first != UInt8(ascii: ".") && part != "current"
      && part.utf8.allSatisfy { (0x21...0x7e).contains($0) }
  }
}

package struct UnusablePlace: Error, Equatable, CustomStringConvertible {
  package let model: String
  package let environment: String

  package var description: String {
    "\(Printable.text(model)) in \(Printable.text(environment)) cannot be deployed as a path: "
      + "no part of it may be empty, begin with a dot, or be `current`"
  }
}
