import Attestations
import PlaneContract
import Signing
import WeightsDigest
import Wire

/// One line of a training job's output, made complete: a TrainingOutput that may carry `weights`, a path, in the place of
/// `weights_hash`.
struct TrainingLine: Sendable {
  private static let fieldNames = [
    "model_id", "weights", "weights_hash", "weights_kind", "card", "metrics", "correlation_id", "created_at",
    "metadata",
    "provenance", "lineage", "reference",
  ]

  let result: TrainingResult

  /// What is kept for later: the completed fields, so that submitting it again is the same submission.
  var spooled: [UInt8] { result.fields.serialized() + [UInt8(ascii: "\n")] }

  /// - Throws: `Refusal` that says what is wrong with the line.
  init(_ line: LineReader.Line) throws {
    guard case .text(let bytes) = line else {
      throw Refusal(.malformed, "the line is longer than \(LineReader.maximumByteCount) bytes")
    }
    let value: JSONValue
    do { value = try StrictJSON.parse(bytes) } catch { throw Refusal(.malformed, "\(error)") }
    do { try self.init(value) } catch let refusal as Refusal { throw refusal } catch {
      throw Refusal(.invalidRequest, "\(error)")
    }
  }

  private init(_ value: JSONValue) throws {
    guard let given = value.object else {
      throw FieldError("training output", "expected an object, found \(value.kindName)")
    }
    try Self.checkNames(of: given)
    var reader = ObjectReader(try Self.complete(given), "training output")
    result = try TrainingResult(&reader, looseDigest: true)
    try reader.finish()
  }

  /// A misspelt name is told before what is missing because of it.
  private static func checkNames(of given: JSONObject) throws {
    guard let unknown = given.members.first(where: { !fieldNames.contains($0.key) })?.key else { return }
    let name = unknown.clipped(64)
    let advice =
      unknown.hasPrefix("weight")
      ? "give weights (a path) or weights_hash" : "known are \(fieldNames.joined(separator: ", "))"
    throw Refusal(.invalidRequest, "\(name) is not a field; \(advice)")
  }

  /// The fields of a `training.complete`: `created_at` is left to the plane, what is missing is filled in.
  private static func complete(_ given: JSONObject) throws -> JSONObject {
    var own = JSONObject()
    for member in given.members where !["weights", "created_at", "correlation_id", "weights_kind"].contains(member.key)
    {
      own.append(member.key, member.value)
    }
    own.append("correlation_id", correlation(given["correlation_id"]))
    for member in try weights(given).members { own.append(member.key, member.value) }
    return own
  }

  private static func correlation(_ given: JSONValue?) -> JSONValue {
    guard let given, !given.isNull, given.string != "" else { return .string(Random.hex(bytes: 8)) }
    return given
  }

  private static func weights(_ given: JSONObject) throws -> JSONObject {
    let kind = given["weights_kind"] ?? .null
    guard let path = given["weights"], !path.isNull else {
      return ["weights_kind": kind.isNull ? "file" : kind]
    }
    guard (given["weights_hash"] ?? .null).isNull else {
      throw FieldError("weights", "stands beside weights_hash; give one of them")
    }
    guard let text = path.string else { throw FieldError("weights", "expected a path, found \(path.kindName)") }
    let found = try ProgressBar.hash(path: text)
    guard kind.isNull || kind.string == found.kind.rawValue else {
      throw FieldError("weights_kind", "\(text) is a \(found.kind.rawValue)")
    }
    return ["weights_hash": .string(found.digest.description), "weights_kind": .string(found.kind.rawValue)]
  }
}
