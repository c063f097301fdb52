import Attestations
import PlaneContract
import Wire

/// What one plane says of itself, or why it is not known: what `status` and `doctor` judge by.
struct PlaneHealth: Sendable {
  let plane: Role
  let answer: Result<Answer<PlaneStatus>, Failure>

  /// Asks each plane, in the order in which a model passes them.
  static func all(_ session: Session) async -> [PlaneHealth] {
    var all: [PlaneHealth] = []
    for plane in Home.planes {
      let answer: Result<Answer<PlaneStatus>, Failure>
      do { answer = .success(try await session.status(of: plane)) } catch {
        answer = .failure(Failure(explaining: error))
      }
      all.append(PlaneHealth(plane: plane, answer: answer))
    }
    return all
  }

  var status: PlaneStatus? { try? answer.get().value }

  var failure: Failure? { if case .failure(let failure) = answer { failure } else { nil } }

  /// A trust root that will expire denies nothing yet.
  var verdict: Finding.Verdict {
    guard let status else { return .fail }
    return status.health == "ok" ? .ok : RootExpiry.isAhead(status.health) ? .warn : .fail
  }
}

extension [PlaneHealth] {
  /// How `status` ends: nil when every plane is well.
  var exitStatus: ExitStatus? {
    let failures = compactMap(\.failure)
    if failures.contains(where: { $0.status == .unverified }) { return .unverified }
    if !failures.isEmpty { return .unreachable }
    return contains { $0.verdict == .fail } ? .denied : nil
  }
}
