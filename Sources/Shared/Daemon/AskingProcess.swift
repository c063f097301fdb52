import Ledger
import MerkleLog
import Wire

/// Whose process asked for the change that is being committed, by the kernel's word (SO_PEERCRED): what its evidence says beside the
/// principal who signed. Set by the one function in which requests change state, and nowhere else.
enum AskingProcess {
  @TaskLocal static var uid: UInt32?

  /// `data` with `peer_uid` where a request is behind it. An alert is the plane's own conclusion, in a form that is not ours to add to.
  static func named(in data: JSONObject, of event: EvidenceEvent) -> JSONObject {
    guard let uid, event != .driftAlert else { return data }
    var data = data
    data.append("peer_uid", .init(Int(uid)))
    return data
  }
}
