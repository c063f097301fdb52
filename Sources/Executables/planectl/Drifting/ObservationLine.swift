import Drift
import PlaneContract
import Wire

/// One line of what a monitor reports: metrics and series, with a window of their own or the one that the caller says.
struct ObservationLine {
  /// Values that fit a message in any case, for a series that is too long together with others.
  private static let fewestValues = 100

  let observation: Observation

  /// - Parameters:
  ///   - window: for a line that names none.
  ///   - seed: by which longer series are sampled down.
  /// - Throws: `Refusal` that says what is wrong with the line.
  init(
    _ line: LineReader.Line, model: ModelID, environment: EnvironmentName, window: (start: Timestamp, end: Timestamp),
    seed: UInt64
  ) throws {
    guard case .text(let bytes) = line else {
      throw Refusal(.malformed, "the line is longer than \(LineReader.maximumByteCount) bytes; send a histogram")
    }
    guard let given = try Self.parsed(bytes).object else { throw Refusal(.malformed, "the line is no object") }
    try Self.checkNames(of: given)
    var fields: JSONObject = ["model_id": model.json, "environment": environment.json]
    fields.append("window_start", given["window_start"] ?? .string(window.start.messageText))
    fields.append("window_end", given["window_end"] ?? .string(window.end.messageText))
    fields.append("metrics", given["metrics"] ?? .null)
    var reader = ObjectReader(given, "observation")
    observation = try Self.fitted(fields, try reader.optionalObject("series") ?? [:], seed)
  }

  private static func parsed(_ bytes: [UInt8]) throws -> JSONValue {
    do { return try StrictJSON.parse(bytes) } catch {
      throw Refusal(.malformed, "\(error); a value that is no number is sent as null")
    }
  }

  private static func checkNames(of given: JSONObject) throws {
    let known = ["window_start", "window_end", "metrics", "series"]
    guard let unknown = given.members.first(where: { !known.contains($0.key) })?.key else { return }
    throw Refusal(.invalidRequest, "\(unknown.clipped(64)) is not a field; known are \(known.joined(separator: ", "))")
  }

  /// Samples the series down until the message has room for all of them.
  private static func fitted(_ fields: JSONObject, _ series: JSONObject, _ seed: UInt64) throws -> Observation {
    var most = Series.maximumValues
    while true {
      var (chosen, sizes): (JSONObject, [String: Int]) = ([:], [:])
      for member in series.members {
        guard let values = member.value.array, values.count > most else {
          chosen.append(member.key, member.value)
          continue
        }
        chosen.append(member.key, .array(Sampling.choose(most, of: values, seed: seed)))
        sizes[member.key] = values.count
      }
      var complete = fields
      complete.append("series", .object(chosen))
      let observation = try Observation(.object(complete), "observation")
      let sampled = Observation(
        modelID: observation.modelID, environment: observation.environment, windowStart: observation.windowStart,
        windowEnd: observation.windowEnd, values: observation.values,
        sampling: sizes.isEmpty ? nil : Sampling(seed: seed, sizes: sizes))
      // Room for the header around the body.
      if sampled.fields.serialized().count + 1024 <= ServingObservation.maximumMessage { return sampled }
      guard most > fewestValues else {
        throw Refusal(.invalidRequest, "the series do not fit one message; send fewer of them, or histograms")
      }
      most = max(most * 3 / 4, fewestValues)
    }
  }
}
