import Attestations
import PlaneContract
import Wire

/// One entry of a plane's evidence as a follower is told it.
struct WatchedEvent: Sendable {
  let plane: Role
  /// `origin#index`, the same for whoever reads it: by it a receiver tells an event that it has had.
  let id: String
  let index: Int
  let entry: JSONObject

  /// What `--json` prints and a hook reads: the plane, the name of the entry, and the entry's own members.
  var body: JSONObject {
    var body: JSONObject = ["plane": .string(plane.planeName), "id": .string(id)]
    for member in entry.members { body.append(member.key, member.value) }
    return body
  }

  /// A line for people: when, where, what, about which model, by whom and why as far as the entry says.
  var line: String {
    let data = entry["data"]?.object ?? [:]
    let told = ["environment", "approved_by", "revoked_by", "rejected_by", "deployed_by", "code", "reason", "message"]
    let details = told.compactMap { key in
      data[key]?.string.map { "\(key)=\($0.contains(" ") ? "\"\($0)\"" : $0)" }
    }
    let words = [
      entry["time"]?.string ?? "", plane.planeName, entry["event"]?.string ?? "", data["model_id"]?.string ?? "",
    ]
    return shown((words.filter { !$0.isEmpty } + details).joined(separator: " "))
  }
}
