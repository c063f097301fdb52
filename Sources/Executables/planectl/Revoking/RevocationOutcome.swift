import Attestations
import PlaneContract
import Signing
import Wire

/// What one plane made of a revocation.
struct RevocationOutcome: Sendable {
  let plane: Role
  let target: RevocationTarget
  /// Approvals of these weights were known before, and each of them was revoked.
  let wasRevoked: Bool
  let result: Result<Answer<RevocationReceipt>, Failure>

  init(
    asking plane: Role, _ revocation: Revocation, of target: RevocationTarget, wasRevoked: Bool = false,
    _ session: Session
  ) async {
    self.plane = plane
    self.target = target
    self.wasRevoked = wasRevoked
    do { result = .success(try await session.ask(plane, .modelRevoke, revocation.fields)) } catch {
      result = .failure(Failure(explaining: error))
    }
  }

  var failure: Failure? {
    if case .failure(let failure) = result { failure } else { nil }
  }

  /// The reply's body, with the plane that gave it and the weights it is about.
  var body: JSONObject {
    var fields: JSONObject = [
      "plane": .string(plane.planeName), "weights_hash": .string(target.weightsHash.description),
    ]
    let reply = (try? result.get().body) ?? failure?.body ?? [:]
    for member in reply.members { fields.append(member.key, member.value) }
    return fields
  }

  /// For people; a failure is told on its own.
  var lines: [String] {
    guard case .success(let answer) = result else { return [] }
    return [
      "\(plane.planeName) has revoked weights \(target.weightsHash.short) of \(target.modelID): "
        + effect(on: answer.value.approvals.map(\.text))
    ]
  }

  private func effect(on approvals: [String]) -> String {
    guard approvals.isEmpty else { return approvals.joined(separator: ", ") }
    return wasRevoked ? "nothing new: already revoked" : "it held no approval of them"
  }
}
