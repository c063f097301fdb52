import PlaneContract
import Signing
import Wire

extension Fields {
  /// What a revoker reads before signing: one block for each target.
  init(revoking targets: [RevocationTarget], of known: KnownUses, reason: String) {
    self.init()
    for target in targets {
      add(target, known)
      add("", "")
    }
    add("reason", reason)
  }

  private mutating func add(_ target: RevocationTarget, _ known: KnownUses) {
    add("model", target.modelID.text)
    add("weights", target.weightsHash.description)
    if let named = target.approvalID { add("named", named.text) }
    let dying = known.living(target.weightsHash).map(\.text)
    add("dies", dying.isEmpty ? "no living approval is known" : dying.joined(separator: ", "))
    let running = known.running(target.weightsHash).map { "\($0.modelID) in \($0.environment)" }
    add("runs", running.isEmpty ? "nowhere" : running.joined(separator: ", "))
  }
}
