import Attestations
import Wire

/// What a window holds: metrics and series by name.
package struct WatchedValues: Sendable, Equatable {
  package static let maximumMetrics = 100
  package static let maximumSeries = 32
  package static let maximumNameBytes = 128

  /// NaN stands for what was given as null.
  package let metrics: [String: Double]
  package let series: [String: Series]

  package init(metrics: [String: Double] = [:], series: [String: Series] = [:]) {
    self.metrics = metrics
    self.series = series
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    metrics = try Self.metrics(try reader.optionalObject("metrics") ?? [:], reader.path("metrics"))
    series = try Self.series(
      try reader.optionalObject("series") ?? [:], reader.path("series"), maximum: Series.maximumValues)
    guard !metrics.isEmpty || !series.isEmpty else {
      throw reader.failure("metrics", "there are no metrics and no series: there is nothing to judge")
    }
  }

  static func metrics(_ object: JSONObject, _ path: String) throws(FieldError) -> [String: Double] {
    guard object.members.count <= maximumMetrics else {
      throw FieldError(path, "holds more than \(maximumMetrics) metrics")
    }
    var metrics: [String: Double] = [:]
    for member in object.members {
      try checkName(member.key, path)
      guard let number = member.value.isNull ? .nan : member.value.double else {
        throw FieldError("\(path).\(member.key)", "expected a number or null, found \(member.value.kindName)")
      }
      metrics[member.key] = number
    }
    return metrics
  }

  static func series(_ object: JSONObject, _ path: String, maximum: Int) throws(FieldError) -> [String: Series] {
    guard object.members.count <= maximumSeries else {
      throw FieldError(path, "holds more than \(maximumSeries) series")
    }
    var series: [String: Series] = [:]
    for member in object.members {
      try checkName(member.key, path)
      series[member.key] = try Series(member.value, "\(path).\(member.key)", maximum: maximum)
    }
    return series
  }

  private static func checkName(_ name: String, _ path: String) throws(FieldError) {
    guard (1...maximumNameBytes).contains(name.utf8.count) else {
      throw FieldError(path, "a name has 1 to \(maximumNameBytes) bytes")
    }
  }

  package var fields: JSONObject {
    var (metricFields, seriesFields): (JSONObject, JSONObject) = ([:], [:])
    for (name, value) in metrics.sorted(by: { $0.key < $1.key }) { metricFields.append(name, JSONValue(number: value)) }
    for (name, values) in series.sorted(by: { $0.key < $1.key }) { seriesFields.append(name, values.json) }
    return ["metrics": .object(metricFields), "series": .object(seriesFields)]
  }
}

/// What windows are compared with: what the signed training output carried.
package struct DriftBaseline: Sendable, Equatable {
  package let metrics: [String: Double]
  package let series: [String: Series]
  package let settings: DriftSettings
  /// Why the reference or the settings of the output cannot be read; then nothing is judged healthy by them.
  package let problem: String?

  package init(metrics: [String: Double], series: [String: Series] = [:], settings: DriftSettings = DriftSettings()) {
    self.metrics = metrics
    self.series = series
    self.settings = settings
    problem = nil
  }

  package init(_ result: TrainingResult) {
    var metrics: [String: Double] = [:]
    for member in result.metrics.members { metrics[member.key] = member.value.double }
    self.metrics = metrics
    let read = Self.read(result)
    (series, settings, problem) = (read.series, read.settings, read.problem)
  }

  private static func read(
    _ result: TrainingResult
  ) -> (series: [String: Series], settings: DriftSettings, problem: String?) {
    do {
      let reference = result.reference ?? [:]
      let series = try WatchedValues.series(reference, "reference", maximum: Series.maximumReferenceValues)
      return (series, try DriftSettings(metadata: result.metadata), nil)
    } catch {
      return ([:], DriftSettings(), "\(error)")
    }
  }
}
