import Attestations
import Bundles
import Dispatch
import Signing
import Synchronization
import Wire

/// Checks the bundles that people bring, one at a time. A bundle stays in memory for as long as it is looked at, and nowhere
/// else.
final class VerificationDesk: Sendable {
  /// How many bundles may be checked at a time; each may need several times its length in memory.
  static let places = 1

  /// For bundles that come, or have come and are not checked yet.
  let received = ByteBudget(32 << 20)

  private let rootDigest: Digest
  private let taken = Mutex(0)
  /// Checking may take seconds, which the threads that answer requests do not have.
  private let queue = DispatchQueue(label: "bundle verification", attributes: .concurrent)

  /// - Parameter rootDigest: of version 1 of the trust root, which the bridge is pinned to.
  init(rootDigest: Digest) { self.rootDigest = rootDigest }

  /// Runs `body` with a place at the desk. Throws `UploadFault.busy` where there is none.
  func withPlace<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
    let isFree = taken.withLock { taken in
      guard taken < Self.places else { return false }
      taken += 1
      return true
    }
    guard isFree else { throw UploadFault.busy }
    defer { taken.withLock { $0 -= 1 } }
    return try await body()
  }

  /// What the bundle says at a time, as a whole and place by place.
  func judgement(on bytes: [UInt8], in environment: EnvironmentName?, at now: Timestamp) async -> BundleJudgement {
    await withCheckedContinuation { continuation in
      queue.async { [rootDigest] in
        continuation.resume(returning: BundleJudgement(bytes, pinned: rootDigest, in: environment, at: now))
      }
    }
  }
}

/// The verdict on a bundle, and on each place that was asked about.
struct BundleJudgement: Sendable {
  let report: BundleReport
  /// Nothing stands here unless the papers hold.
  let places: [(environment: EnvironmentName, mayRun: Bool)]

  /// - Parameter environment: nil for every one that the approval names.
  init(_ bytes: [UInt8], pinned: Digest, in environment: EnvironmentName?, at now: Timestamp) {
    let question = { (environment: EnvironmentName?) in
      BundleQuestion(rootDigest: pinned, moment: .now(now), environment: environment)
    }
    let report = BundleVerifier.report(on: bytes, question(environment))
    self.report = report
    let asked = environment.map { [$0] } ?? report.approval?.environments ?? []
    switch report.outcome {
    case .notBundle, .papersFailed: places = []
    case .allowed: places = asked.map { ($0, true) }
    case .denied where asked.count == 1: places = asked.map { ($0, false) }
    // Some of several places may still be allowed: each is asked about alone.
    case .denied:
      places = asked.map { ($0, BundleVerifier.report(on: bytes, question($0)).outcome == .allowed) }
    }
  }
}
