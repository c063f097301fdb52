import Attestations
import Foundation
import Glibc
import Synchronization
import TestSupport

/// When a plane is struck, counted from the moment at which a round's requests are sent.
enum KillMoment: Sendable {
  case time(Duration)
  /// After so many commits of the plane, and then that much later.
  case commits(Int, Duration)
  /// After so many of the round's requests were answered.
  case replies(Int)
  /// When so many bytes of weights lie in an unfinished copy.
  case copied(Int)
}

/// Hits the moment from a thread of its own, which waits for nothing and nobody.
struct Killer: Sendable {
  /// A moment that has not come by then is struck all the same.
  private static let patience = Duration.seconds(2)

  let planes: DaemonFixture
  let victim: Role
  let moment: KillMoment
  let replies: ReplyCounter
  var signal = SIGKILL

  /// Returns when the plane has been struck.
  func strike() async throws {
    let commits = try CommitCounter(of: victim, in: planes.home)
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        hit(commits)
        planes.strike(victim, with: signal)
        continuation.resume()
      }
    }
  }

  private func hit(_ commits: CommitCounter) {
    let start = ContinuousClock.now
    let spin = { (done: () -> Bool) in while !done(), ContinuousClock.now - start < Self.patience {} }
    switch moment {
    case .time(let delay): spin { ContinuousClock.now - start >= delay }
    case .commits(let count, let delay):
      spin { commits.commits >= count || replies.areAllIn }
      let seen = ContinuousClock.now
      spin { ContinuousClock.now - seen >= delay }
    case .replies(let count): spin { replies.count >= count }
    case .copied(let byteCount): spin { copiedBytes >= byteCount || replies.areAllIn }
    }
  }

  private var copiedBytes: Int {
    let store = "\(planes.home.path)/serving-plane/store/file"
    let drafts = ((try? FileManager.default.contentsOfDirectory(atPath: store)) ?? []).filter { $0.hasPrefix(".") }
    return drafts.reduce(0) { sum, draft in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(store)/\(draft)")) ?? []
      return names.reduce(sum) { sum, name in
        let attributes = try? FileManager.default.attributesOfItem(atPath: "\(store)/\(draft)/\(name)")
        return sum + (attributes?[.size] as? Int ?? 0)
      }
    }
  }
}

/// How many of a round's requests have been answered.
final class ReplyCounter: Sendable {
  private let expected: Int
  private let answered = Atomic(0)

  init(of expected: Int) { self.expected = expected }

  var count: Int { answered.load(ordering: .relaxed) }
  var areAllIn: Bool { count >= expected }
  func add() { answered.add(1, ordering: .relaxed) }
}
