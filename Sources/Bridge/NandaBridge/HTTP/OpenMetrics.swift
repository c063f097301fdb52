/// Numbers in the text form of OpenMetrics 1.0.
struct OpenMetrics {
  private var text = ""

  /// - Parameter samples: labels, or nothing, and a value.
  mutating func gauge(_ name: String, _ help: String, _ samples: [(labels: String, value: Int)]) {
    add(name, "gauge", help, samples, suffix: "")
  }

  mutating func counter(_ name: String, _ help: String, _ samples: [(labels: String, value: Int)]) {
    add(name, "counter", help, samples, suffix: "_total")
  }

  private mutating func add(
    _ name: String, _ type: String, _ help: String, _ samples: [(labels: String, value: Int)], suffix: String
  ) {
    text += "# TYPE \(name) \(type)\n# HELP \(name) \(help)\n"
    for (labels, value) in samples {
      text += "\(name)\(suffix)\(labels.isEmpty ? "" : "{\(labels)}") \(value)\n"
    }
  }

  /// The whole text, with the mark of its end.
  func end() -> String { text + "# EOF\n" }
}
