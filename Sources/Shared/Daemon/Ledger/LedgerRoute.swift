import Ledger
import MerkleLog
import PlaneContract
import Storage
import Wire

/// Answers `ledger.get` for any principal: what this plane did and refused, as it was written, and the proof that it was.
struct LedgerRoute: Sendable {
  let context: PlaneContext

  var route: Route {
    .query(.ledgerGet) { request in
      let question: LedgerGet = try request.decoded()
      return .later { try await answer(question) }
    }
  }

  private func answer(_ question: LedgerGet) async throws -> JSONObject {
    do {
      switch question {
      case .entries(let from, let limit): return try await LedgerPages(context: context).page(from, limit: limit).fields
      case .proof(let index, let size):
        return try await LedgerProofs(context: context).proof(of: index, size: size).fields
      case .head: return try await LedgerProofs(context: context).head().fields
      case .consistency(let from, let size):
        return try await LedgerProofs(context: context).consistency(from: from, size: size).fields
      }
    } catch let error as ProofError {
      throw Refusal(.notFound, "\(error)")
    }
  }
}

extension StoredEvidence {
  /// What a reply carries: serialised again it has the very bytes that are stored.
  ///
  /// - Throws: `StorageError.corrupt` when it is not as it was written.
  func object(from path: String) throws -> JSONObject {
    guard let object = try? StrictJSON.parse(bytes).object, object.serialized() == bytes else {
      throw StorageError.corrupt("\(path): evidence entry \(index) is not as it was written")
    }
    return object
  }
}
