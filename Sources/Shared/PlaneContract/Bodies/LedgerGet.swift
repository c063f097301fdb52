import MerkleLog
import Signing
import Wire

/// `ledger.get`: one of four questions about the plane's evidence, told apart by the field that each of them alone has.
package enum LedgerGet: Body {
  package static let limits = 1...500

  /// Entries from an index on, in order: `from`, `limit`. Answered by `LedgerEntries`.
  case entries(from: Int, limit: Int)
  /// That the entry `prove` is in the log of `size` entries; without `size` the plane chooses. Answered by `LedgerProof`.
  case proof(index: Int, size: Int?)
  /// The signed heads of the log: `checkpoint` true. Answered by `LedgerHead`.
  case head
  /// That the log only grew since it had `consistent_from` entries; without `size` up to its head. Answered by `LedgerConsistency`.
  case consistency(from: Int, size: Int?)

  private static let sizes = 0...Checkpoint.maximumSize
  private static let questions = ["from", "prove", "checkpoint", "consistent_from"]

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    let asked = Self.questions.filter { reader.optional($0) != nil }
    guard asked.count == 1 else {
      throw FieldError(reader.name, "expected exactly one of \(Self.questions.joined(separator: ", "))")
    }
    switch asked[0] {
    case "from":
      self = .entries(
        from: try reader.int("from", in: Self.sizes), limit: try reader.optionalInt("limit", in: Self.limits) ?? 100)
    case "prove":
      self = .proof(
        index: try reader.int("prove", in: Self.sizes), size: try reader.optionalInt("size", in: Self.sizes))
    case "consistent_from":
      self = .consistency(
        from: try reader.int("consistent_from", in: Self.sizes), size: try reader.optionalInt("size", in: Self.sizes))
    default:
      guard try reader.optionalBool("checkpoint") == true else { throw reader.failure("checkpoint", "is not true") }
      self = .head
    }
  }

  package var fields: JSONObject {
    switch self {
    case .entries(let from, let limit): ["from": .init(from), "limit": .init(limit)]
    case .proof(let index, let size): Self.fields("prove", index, size)
    case .head: ["checkpoint": true]
    case .consistency(let from, let size): Self.fields("consistent_from", from, size)
    }
  }

  private static func fields(_ question: String, _ number: Int, _ size: Int?) -> JSONObject {
    var fields: JSONObject = [question: .init(number)]
    fields.append("size", ifPresent: size.map { .init($0) })
    return fields
  }
}
