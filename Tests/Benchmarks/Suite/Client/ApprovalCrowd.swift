import Attestations
import PlaneContract
import Signing
import Synchronization
import Wire

/// Makes many approvals as fast as the planes take them: every one submitted, proposed and approved over the sockets.
final class ApprovalCrowd: Sendable {
  static let threads = 16
  static let batch = 50
  private static let progressStep = 5000

  private let home: Home
  private let questions = Mutex<[GateQuestion]>([])

  init(home: Home) { self.home = home }

  /// What a deployer can ask about each, in no particular order, once the serving plane has all of them.
  func make(_ count: Int) throws -> [GateQuestion] {
    let batches = stride(from: 0, to: count, by: Self.batch).map { $0..<min($0 + Self.batch, count) }
    try Threads.run(min(Self.threads, batches.count)) { [self] index in
      try walk(stride(from: index, to: batches.count, by: Self.threads).map { batches[$0] }, ModelPath(home))
    }
    try Delivery.wait(at: home)
    return questions.withLock { $0 }
  }

  /// Three batches are on their way at a time, so that nobody waits for what one plane hands to the next.
  private func walk(_ batches: [Range<Int>], _ path: ModelPath) throws {
    var submitted: [(BenchModel, Digest)] = []
    var proposed: [ProposedModel] = []
    for batch in batches + [0..<0, 0..<0] {
      let next = try batch.map { (BenchModel($0), try path.submit(BenchModel($0))) }
      let pending = try submitted.map { try path.propose($0.0, output: $0.1) }
      for one in proposed { try path.approve(one) }
      add(proposed.map(\.question))
      (submitted, proposed) = (next, pending)
    }
  }

  private func add(_ more: [GateQuestion]) {
    let (before, after) = questions.withLock { questions in
      defer { questions += more }
      return (questions.count, questions.count + more.count)
    }
    if before / Self.progressStep < after / Self.progressStep { Console.progress("\(after) approvals made") }
  }
}
