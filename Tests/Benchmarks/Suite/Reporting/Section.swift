import Wire

/// One part of the suite, which can be run alone.
protocol Section: Sendable {
  var name: String { get }
  /// What is measured, against what.
  var method: String { get }

  func measure() throws -> Findings
}

struct Findings {
  var figures: [Figure] = []
  /// What is said in words.
  var remarks: [String] = []
  /// Every sample, for programs.
  var samples: JSONObject = [:]
}
