import Signing
import WeightsDigest
import Wire

/// Why the store refused. Every description names the object and says what to do.
package enum WeightsStoreError: Error, Equatable, CustomStringConvertible {
  case digestMismatch(path: String, expected: Digest, actual: Digest)
  case sizeMismatch(path: String, expected: WeightsID, byteCount: Int64)
  case kindMismatch(path: String, expected: WeightsID)
  case notStored(WeightsID)
  case damaged(WeightsID, problem: String)
  case inUse(WeightsID)
  case insufficientSpace(store: String, needed: Int64, available: Int64)

  package var description: String {
    switch self {
    case .digestMismatch(let path, let expected, let actual):
      "the weights at \(Printable.text(path)) are \(actual), but \(expected) was trained: give the path of the trained bytes"
    case .sizeMismatch(let path, let expected, let byteCount):
      "the weights at \(Printable.text(path)) are not the \(byteCount) bytes of \(expected.digest), which was trained: "
        + "give the path of the trained bytes"
    case .kindMismatch(let path, let expected):
      "the weights at \(Printable.text(path)) should be a \(expected.kind.rawValue), as \(expected.digest) was trained: "
        + "give the path that was submitted"
    case .notStored(let id):
      "no copy of \(id) is in the store: give the path of the weights"
    case .damaged(let id, let problem):
      "the stored copy of \(id) is damaged (\(problem)): deploy with the path of the weights to replace it"
    case .inUse(let id):
      "\(id) is being deployed, and stays in the store until that is over: try again later"
    case .insufficientSpace(let store, let needed, let available):
      "storing the weights takes \(needed) bytes with the reserve, but \(Printable.text(store)) has \(available): "
        + "free space there and try again"
    }
  }
}
