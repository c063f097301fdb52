import Attestations
import Foundation
import MerkleLog
import PlaneContract
import Signing
import Wire

/// What a log of a million entries costs: to add to, to prove from, to verify, and to start on.
struct EvidenceLog: Section {
  let name = "log"
  let method = """
    the tree in this process: entries of \(Self.entryBytes) bytes are hashed and taken in, after a million, in processor time; the
    whole log of \(Self.entries) is hashed to its root, as a multiple of as many plain SHA-256 calls over the same bytes, turn by turn,
    medians of \(Self.rounds). A governance plane whose database has \(Self.entries) entries: ledger.get of proofs of random entries over
    its socket, wall time, with the reply's signature; from before it is started to READY=1, after all were verified once; and its
    resident memory beside an empty plane's.
    """

  static let entries = ProcessInfo.processInfo.environment["ENTRIES"].flatMap { Int($0) } ?? 1_000_000
  static let entryBytes = 300
  static let rounds = 5
  static let proofs = 2_000

  func measure() throws -> Findings {
    var findings = Findings()
    try findings.figures += Self.tree(&findings.samples)
    try findings.figures += Self.plane(&findings.samples)
    return findings
  }

  private static func tree(_ samples: inout JSONObject) throws -> [Figure] {
    let texts = (0..<1000).map { number in
      Array(repeating: UInt8(ascii: "x"), count: entryBytes - 8) + Array(String(format: "%08d", number).utf8)
    }
    let rounds = (0..<Self.rounds).map { _ in (verified: verify(texts), plain: hash(texts)) }
    let ratios = rounds.map { $0.verified.seconds / $0.plain }
    var frontier = rounds[0].verified.frontier
    let start = ProcessorTime.ofThisThread()
    for number in 0..<100_000 { frontier.append(MerkleHash.leaf(texts[number % texts.count])) }
    let append = (ProcessorTime.ofThisThread() - start) * 1e6 / 100_000
    samples.append("verify / plain", .init(ratios))
    return [
      Figure("append after \(entries): hash and tree, CPU", append, "us", .atMost(15)),
      Figure("verify \(entries): CPU / as many SHA-256", ratios.median, "", .atMost(2)),
      Figure("verify \(entries): CPU", rounds.map(\.verified.seconds).median, "s"),
    ]
  }

  private static func verify(_ texts: [[UInt8]]) -> (seconds: Double, frontier: MerkleFrontier) {
    var frontier = MerkleFrontier()
    let start = ProcessorTime.ofThisThread()
    for number in 0..<entries { frontier.append(MerkleHash.leaf(texts[number % texts.count])) }
    _ = frontier.root
    return (ProcessorTime.ofThisThread() - start, frontier)
  }

  private static func hash(_ texts: [[UInt8]]) -> Double {
    let start = ProcessorTime.ofThisThread()
    for number in 0..<entries { _ = Digest(hashing: texts[number % texts.count]) }
    return ProcessorTime.ofThisThread() - start
  }

  private static func plane(_ samples: inout JSONObject) throws -> [Figure] {
    let log = try LongLog(entries)
    let ready = try (0..<Self.rounds).map { _ in try log.restart() }
    let proofs = try log.proofs(Self.proofs)
    samples.append("ready_ms", .init(ready))
    return [
      Figure("governance-plane: inclusion proof of \(entries), latency", proofs.median * 1e3, "ms", .atMost(1)),
      Figure("governance-plane: the same, p99", proofs.quantile(0.99) * 1e3, "ms"),
      Figure("governance-plane: ready with \(entries)", ready.median, "ms", .atMost(2000)),
      Figure("governance-plane: resident, beyond an empty one's", try log.growth(), "MB", .atMost(100)),
      Figure(
        "governance-plane: \(entries) entries that it has not read before, audited", log.firstAudit, "s"),
    ]
  }
}
