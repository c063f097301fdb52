import Attestations
import MerkleLog
import PlaneContract
import Signing
import Wire

/// What the other planes have seen of a log, each cosignature verified here.
struct Witnesses: Sendable {
  /// Largest first.
  private(set) var heads: [WitnessedHead] = []
  /// Planes that could not be asked, and why.
  private(set) var away: [(plane: Role, reason: String)] = []
  /// Planes that showed something which does not verify.
  private(set) var doubts: [(plane: Role, reason: String)] = []

  /// Asks every other plane that this caller can reach, and takes what the log itself shows.
  ///
  /// Ask before the log's own newest head is asked for: a head that was witnessed must not be newer than that.
  init(of log: EvidenceLog) async throws {
    for plane in Home.planes where plane != log.plane { try await ask(plane, about: log) }
    if let cosigned = try await log.heads().cosigned { heads += log.known.witnessed(cosigned) }
    heads.sort { ($0.size, $0.cosignature.time) > ($1.size, $1.cosignature.time) }
  }

  /// The largest that each plane has seen.
  var latest: [WitnessedHead] {
    var known: Set<Role> = []
    return heads.filter { known.insert($0.witness).inserted }
  }

  /// Of the entry at `index`: those under whose cosigned head it stands.
  func covering(_ index: Int) -> [WitnessedHead] { latest.filter { $0.size > index } }

  private mutating func ask(_ witness: Role, about log: EvidenceLog) async throws {
    let notes: [UnverifiedNote]
    do { notes = try await EvidenceLog(of: witness, session: log.session).sightings() } catch {
      let failure = Failure(explaining: error)
      if failure.status == .unverified {
        doubts.append((witness, failure.message))
      } else {
        away.append((witness, failure.message))
      }
      return
    }
    for note in notes where log.known.isClaimed(by: note) {
      guard let checkpoint = try? log.known.checkpoint(note),
        let head = log.known.witnessed(checkpoint).first(where: { $0.witness == witness })
      else {
        doubts.append((witness, "what it shows of \(log.plane.planeName)'s log is not signed by both"))
        continue
      }
      heads.append(head)
    }
  }

  /// Why the log is not known to be the one that the others have seen, the gravest first; nil when each of them was heard.
  var shortfall: Failure? {
    if let doubt = doubts.first { return Failure.unverified("\(doubt.plane.planeName): \(doubt.reason)") }
    guard let first = away.first else { return nil }
    let names = away.map(\.plane.planeName).joined(separator: " and ")
    return Failure(
      .unreachable,
      "the log was not compared with what \(names) \(away.count == 1 ? "has" : "have") seen: \(first.reason)",
      hint: "ask again when they answer")
  }

  /// What is to be said about planes that were not heard, a line each.
  var gaps: [String] {
    away.map { "\($0.plane.planeName) was not asked what it has seen: \($0.reason)" }
      + doubts.map { "\($0.plane.planeName) is not believed: \($0.reason)" }
  }
}
