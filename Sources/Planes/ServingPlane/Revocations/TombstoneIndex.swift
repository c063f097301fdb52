import Attestations
import Signing
import Synchronization
import Wire

/// All tombstones in memory, found by the weights they cover or the approval they name. Only ever grows.
final class TombstoneIndex: Sendable {
  private struct State {
    var byWeights: [Digest: [Tombstone]] = [:]
    var byApproval: [ApprovalID: [Tombstone]] = [:]
  }

  private let state: Mutex<State>
  /// Apart, so that no decision waits for its hashing.
  private let revocations: Mutex<RevocationChain>

  init(_ tombstones: [Tombstone]) {
    var initial = State()
    for tombstone in tombstones { Self.add(tombstone, to: &initial) }
    state = Mutex(initial)
    revocations = Mutex(RevocationChain(tombstones.map(\.revocation.digest)))
  }

  var count: Int { revocations.withLock(\.count) }

  /// Over all of them, as a lease has to name them.
  var chain: RevocationChain {
    revocations.withLock { chain in
      chain.settle()
      return chain
    }
  }

  func insert(_ tombstone: Tombstone) {
    state.withLock { Self.add(tombstone, to: &$0) }
    revocations.withLock { $0.insert(tombstone.revocation.digest) }
  }

  /// Those that may concern an approval: of its weights, or naming it.
  func concerning(weights: Digest, approval: ApprovalID) -> [Tombstone] {
    state.withLock { ($0.byWeights[weights] ?? []) + ($0.byApproval[approval] ?? []) }
  }

  private static func add(_ tombstone: Tombstone, to state: inout State) {
    let revocation = tombstone.revocation.predicate
    state.byWeights[revocation.weightsHash, default: []].append(tombstone)
    if let id = revocation.approvalID { state.byApproval[id, default: []].append(tombstone) }
  }
}
