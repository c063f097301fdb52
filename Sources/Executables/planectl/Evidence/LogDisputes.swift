import Attestations
import PlaneContract

/// Which planes have a log in dispute, by their own word. It is no proof; what the witnesses have signed is.
struct LogDisputes: Sendable {
  let log: Role
  /// Planes that have it in dispute, and how many of its entries each knows to be missing; 0 where it cannot tell.
  let holders: [(plane: Role, missing: Int)]
  /// Planes that could not be asked.
  let unasked: [Role]

  /// - Parameter planes: whom to ask.
  init(of log: Role, _ session: Session, asking planes: [Role] = Home.planes) async {
    var holders: [(plane: Role, missing: Int)] = []
    var unasked: [Role] = []
    for plane in planes {
      do {
        let missing = try await session.status(of: plane).value.missingEntries(of: log)
        if let missing { holders.append((plane, missing)) }
      } catch { unasked.append(plane) }
    }
    (self.log, self.holders, self.unasked) = (log, holders, unasked)
  }

  /// At least so many entries are gone that others have seen; 0 where nobody can tell.
  var missing: Int { holders.map(\.missing).max() ?? 0 }

  /// Nil where no plane that was asked disputes the log.
  var failure: Failure? {
    guard !holders.isEmpty else { return nil }
    let planes = holders.map(\.plane.planeName).joined(separator: ", ")
    let gap = missing > 0 ? "; \(Self.gap(missing))" : ""
    return Failure.unverified(
      "the log of \(log.planeName) is in dispute at \(planes): it was restored or rewritten\(gap)", hint: Self.hint)
  }

  static let hint =
    "'A plane was restored from a backup' in the operations guide says how to tell which, and what to do"

  /// What is said of so many missing entries.
  static func gap(_ count: Int) -> String {
    "at least \(entries(count)) that others have seen \(count == 1 ? "is" : "are") missing"
  }

  /// `1 entry`, `5 entries`.
  static func entries(_ count: Int) -> String { "\(count) \(count == 1 ? "entry" : "entries")" }
}
