import Wire

/// When drift in an environment revokes without a person (DESIGN section 4, `auto_revoke`): the last `windows` checks of each of so many
/// monitors, of as many persons, were drifted by at least `severity`.
package struct AutomaticRevocation: Sendable, Equatable {
  /// From 0.3 to 1.
  package let severity: Double
  package let monitors: Int
  package let windows: Int

  package init(severity: Double, monitors: Int = 1, windows: Int = 1) {
    self.severity = severity
    self.monitors = monitors
    self.windows = windows
  }

  init(_ value: JSONValue, _ name: String) throws(FieldError) {
    var reader = try ObjectReader(value, name)
    guard let severity = try reader.required("severity").double, (0.3...1).contains(severity) else {
      throw reader.failure("severity", "expected a number from 0.3 to 1")
    }
    self.severity = severity
    monitors = try reader.optionalInt("monitors", in: 1...10) ?? 1
    windows = try reader.optionalInt("windows", in: 1...20) ?? 1
    try reader.finish()
  }

  var json: JSONValue {
    let number = JSONNumber(severity).map(JSONValue.number) ?? .null
    return ["severity": number, "monitors": .init(monitors), "windows": .init(windows)]
  }
}
